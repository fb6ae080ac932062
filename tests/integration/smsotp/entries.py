"""Entries of the journal, many in a short time: numbers that are opted out and in again."""
import json

CONNECTIONS = 16


def make(gateway, rounds, after_round=lambda: None):
    """16 entries a round, in transactions that they share; each of them is an event too."""
    connections = [gateway.connection(gateway.admin_socket) for _ in range(CONNECTIONS)]
    for i in range(rounds):
        route = "/v1/optouts" + ("/remove" if i % 2 else "")
        for j, connection in enumerate(connections):
            connection.request("POST", route, json.dumps({"to": f"+9198123456{j:02}"}),
                               {"Content-Type": "application/json"})
        for connection in connections:
            answer = connection.getresponse()
            assert answer.status == 200 and json.loads(answer.read())["changed"], i
        after_round()
    for connection in connections:
        connection.close()
    return rounds * CONNECTIONS
