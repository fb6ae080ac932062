"""Requests from another user of the machine, which only root can make."""
import os
import pickle

from . import http


def request_as(uid, gid, groups, socket_path, method, path, body=None, headers=None):
    """Sends one request from a child that is `uid`, and returns its http.Answer."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.close(reading)
            os.setgroups(groups)
            os.setgid(gid)
            os.setuid(uid)
            result = http.request(socket_path, method, path, body, headers)
            result.headers = dict(result.headers.items())
        except BaseException as error:  # whatever it is, the parent shows it
            result = error
        with os.fdopen(writing, "wb") as pipe:
            pickle.dump(result, pipe)
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        result = pickle.load(pipe)
    os.waitpid(child, 0)
    if isinstance(result, BaseException):
        raise result
    return result
