"""Many tills at once check one code: it opens once, and guesses are bounded."""
import collections
import threading

import pytest

from smsotp import http

TILLS = 64


def check_at_once(gateway, name, codes):
    """Results of all codes, each on a connection of its own, as simultaneously as can be."""
    results = []
    barrier = threading.Barrier(len(codes))

    def one(code):
        connection = gateway.connection()
        connection.connect()
        barrier.wait()
        answer = http.send(connection, "POST", f"/v1/verifications/{name}/check", {"code": code})
        connection.close()
        results.append(answer)
    threads = [threading.Thread(target=one, args=(code,)) for code in codes]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert len(results) == len(codes)
    return results


@pytest.mark.parametrize("every", [1, 2, 16])
def test_one_approval(gateway, handset, numbers, every):
    """Each `every`-th till has the right code."""
    number = next(numbers)
    issued = gateway.verify(number)
    code = handset.code(number)
    codes = [code if i % every == 0 else f"{(int(code) + 1 + i) % 10 ** 6:06d}"
             for i in range(TILLS)]
    answers = check_at_once(gateway, issued["id"], codes)
    results = collections.Counter(answer["result"] for answer in answers)
    assert results["approved"] <= 1 and results["incorrect"] <= 5, results
    final = gateway.get(issued["id"])
    if results["incorrect"] < 5:
        assert (results["approved"], final["status"]) == (1, "approved"), results
    else:
        assert (results["approved"], final["status"]) == (0, "exhausted"), results
    left = [answer["attempts_left"] for answer in answers if answer["result"] == "incorrect"]
    assert sorted(left, reverse=True) == list(range(4, 4 - len(left), -1))
