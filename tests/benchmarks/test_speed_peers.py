"""Servers are asked each question once, and the table says where an aim is missed."""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from benchmarks.load import ask_all, questions
from benchmarks.services import Text
from benchmarks.speed_peers import CLIENTS, COLUMNS, Found, table


def found(indexed, times, seconds):
    of_each = dict.fromkeys(CLIENTS, times)
    return Found(indexed, 2**20, [1.0], [2**27], of_each, dict.fromkeys(CLIENTS, seconds))


@pytest.fixture
def server():
    """Return the address of a server and the list of what it was asked; /no is refused."""
    asked = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append(self.path)
            self.send_response(404 if self.path == "/no" else 200)
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, *_):
            pass

    class Server(ThreadingHTTPServer):
        request_queue_size = 32

    running = Server(("127.0.0.1", 0), Handler)
    threading.Thread(target=running.serve_forever, args=(0.01,)).start()
    yield f"127.0.0.1:{running.server_port}", asked
    running.shutdown()
    running.server_close()


@pytest.mark.parametrize("clients", CLIENTS)
def test_each_address_is_asked_once_however_many_ask(server, clients):
    host, asked = server
    addresses = [f"/{number}" for number in range(40)]
    times, seconds = ask_all(host, addresses, clients)
    assert sorted(asked) == sorted(addresses)
    assert len(times) == 40
    assert max(times) <= seconds * 1000


def test_an_answer_that_is_none_is_not_timed(server):
    with pytest.raises(ValueError, match="/no is answered with status 404"):
        ask_all(server[0], ["/no"], 1)


def test_no_question_comes_twice():
    text = "梯度下降从任意一点开始走。学习率决定每一步走多远。"
    asked = list(questions([Text("a", "", text), Text("b", "", text), Text("c", "", "Short.")]))
    assert asked == ["梯度下降从任意一点开始走。", "学习率决定每一步走多远。"]


def test_the_table_says_where_an_aim_is_missed():
    ours = Found(
        50.0,
        2**20,
        [1.0],
        [2**27],
        {each: [10.0] * 9 for each in CLIENTS},
        dict.fromkeys(CLIENTS, 1.0),
    )
    theirs = Found(
        10.0,
        2**21,
        [8.0],
        [2**30],
        {each: [40.0] * 9 for each in CLIENTS},
        dict.fromkeys(CLIENTS, 9.0),
    )
    lines = table({"ours": ours.figures(), "theirs": theirs.figures()}).splitlines()
    assert len(lines) == len(COLUMNS) + 2
    assert lines[2] == "| documents indexed a second | 50.0 | 10.0 | 5.0 times | 2.5 |"
    assert "| p50 ms, 1 client | 10.0 | 40.0 | 4.0 times MISSED | 5 |" in lines
    assert "| queries/s | 9.0 | 1.0 | 9.0 times | 5 |" in lines
