"""The tests of macrowatch.py that need no server: python3 -m unittest test_macrowatch"""

import dataclasses
import datetime
import decimal
import email.utils
import enum
import http.server
import json
import os
import tempfile
import threading
import time
import unittest
from unittest import mock

import macrowatch


class Side(enum.Enum):
    LONG = "LONG"


class Float64(float):
    """Is a number as numpy has it: a float with item."""

    def item(self):
        return float(self)


class Int64:
    def item(self):
        return 7


class NaTType:
    pass


@dataclasses.dataclass
class Signal:
    instrument: str
    confidence: float


class Polars:
    def to_dicts(self):
        return [{"a": 1}, {"a": 2}]


class RowsTest(unittest.TestCase):
    def test_values(self):
        at = datetime.datetime(2026, 3, 2, 8, tzinfo=datetime.timezone.utc)
        for value, want in [
            (1, 1), (1.5, 1.5), ("x", "x"), (None, None), (True, True), (float("nan"), None), (NaTType(), None),
            (decimal.Decimal("0.10"), "0.10"), (decimal.Decimal("NaN"), None), (Side.LONG, "LONG"), (Float64(2.5), 2.5),
            (Float64("nan"), None), (Int64(), 7), (at, "2026-03-02T08:00:00+00:00"), (at.date(), "2026-03-02"),
            (at.replace(tzinfo=None), "2026-03-02T08:00:00"),
        ]:
            got = macrowatch._plain(value, "x")
            self.assertEqual((got, type(got)), (want, type(want)))
        for value, error in [(float("-inf"), ValueError), ([1], TypeError), (object(), TypeError), (b"x", TypeError)]:
            with self.assertRaisesRegex(error, "price"):
                macrowatch._plain(value, "price")

    def test_shapes(self):
        for rows, want in [
            ({"a": 1}, 1), ([{"a": 1}, {"a": 2}], 2), (({"a": i} for i in range(3)), 3), (Polars(), 2), ([], 0),
            (Signal("BRENT", 0.5), 1), ([Signal("BRENT", 0.5)], 1),
        ]:
            text, count = macrowatch._lines(rows)
            self.assertEqual((count, text.count("\n")), (want, want))
        for rows in ("text", b"text", [1], [["a", 1]]):
            with self.assertRaises(TypeError):
                macrowatch._lines(rows)


class MaskTest(unittest.TestCase):
    def test_secrets(self):
        for text in [
            "postgresql://u:S3cr3t@h/d", "password=S3cr3t", "db_password: 'S3cr3t'", '"api_key": "S3cr3t"', "--token S3cr3t", "Authorization: Bearer S3cr3t",
            "authorization: S3cr3t", "https://x.test/?key=S3cr3t&y=1", "ALTER ROLE a PASSWORD 'S3cr3t'", "PGPASSWORD=S3cr3t psql", "{\\\"secret\\\": \\\"S3cr3t\\\"}",
            "-----BEGIN RSA PRIVATE KEY-----\nS3cr3t\n-----END RSA PRIVATE KEY-----", "-----BEGIN PRIVATE KEY-----\nS3cr3t", "eyJS3cr3tab.eyJS3cr3t.S3cr3t",
            "mwt_S3cr3tS3cr3t", "ghp_S3cr3tS3cr3tS3cr3t", "Cookie: a=S3cr3t; b=S3cr3t", "senha = S3cr3t", "clientSecret => 'S3cr3t'", "amqp://a:p@S3cr3t@host/",
        ]:
            self.assertNotIn("S3cr3t", macrowatch.mask(text), text)
        for text in ["KeyError: 'token'", "author=joe", "12 tokens read", "https://x.test/?page=2", "no password was given", "see step 3: done", "unit tests passed: 4"]:
            self.assertEqual(macrowatch.mask(text), text)

    def test_variables(self):
        with mock.patch.dict(os.environ, {"FRED_KEY": "correct-horse", "SSH_KEY_FILE": "/home/desk/key", "X": "ordinary-word"}):
            self.assertEqual(macrowatch.mask("correct-horse /home/desk/key ordinary-word"), "*** /home/desk/key ordinary-word")

    def test_tail(self):
        text = "first\n" + "é" * 200 + "\n" + "line\n" * 2000 + "ValueError: last"
        got = macrowatch._tail(text)
        self.assertTrue(got.startswith("line\n") and got.endswith("ValueError: last"))
        self.assertLessEqual(len(got.encode()), macrowatch.MESSAGE_BYTES)
        self.assertLessEqual(len(macrowatch._tail("é" * 9000).encode()), macrowatch.MESSAGE_BYTES)
        secret = "password=" + "S3cr3t" * 2000
        self.assertNotIn("S3cr3t", macrowatch._tail(secret))


class ClientTest(unittest.TestCase):
    def test_settings(self):
        for url in ["", "macrowatch.example.com", "ftp://x", "http://", "http://u:p@x/", "http://x/?a=1"]:
            with mock.patch.dict(os.environ, {"MACROWATCH_URL": ""}), self.assertRaisesRegex(ValueError, "MACROWATCH_URL"):
                macrowatch.Client(url, "mwt_x")
        for token in ["", "two words", "line\nbreak", "é"]:
            with mock.patch.dict(os.environ, {"MACROWATCH_TOKEN": ""}), self.assertRaisesRegex(ValueError, "MACROWATCH_TOKEN"):
                macrowatch.Client("http://x", token)
        self.assertNotIn("mwt", repr(macrowatch.Client("http://x", "mwt_x")))

    def test_a_run_without_settings_does_not_fail_the_step(self):
        with mock.patch.dict(os.environ, {"MACROWATCH_URL": ""}), mock.patch.object(macrowatch, "_client", None), self.assertLogs("macrowatch", "WARNING"):
            with macrowatch.run("fred"):
                done = True
        self.assertTrue(done)

    def test_retry_after(self):
        self.assertEqual(macrowatch._retry_after("7"), 7.0)
        for text in ["", "soon", "-1", "1.5"]:
            self.assertEqual(macrowatch._retry_after(text), 0.0)
        self.assertEqual(macrowatch._retry_after(email.utils.formatdate(0, usegmt=True)), 0.0)
        self.assertGreater(macrowatch._retry_after(email.utils.formatdate(time.time() + 3600, usegmt=True)), 3000)


class Answers(http.server.BaseHTTPRequestHandler):
    """Answers as the test says, and remembers what was asked."""

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.asked.append((self.path, self.headers["Idempotency-Key"], body, dict(self.headers)))
        answers = self.server.answers
        status, headers, text = answers.pop(0) if len(answers) > 1 else answers[0]
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(text.encode())

    do_GET = do_POST

    def log_message(self, *args):
        pass


TAKEN = (200, {}, json.dumps({"inserted": 1, "updated": 0, "unchanged": 0, "removed": 0, "registered": [], "warnings": []}))
BUSY = (429, {"Retry-After": "0"}, '{"message": "busy"}')
AWAY = (503, {}, '{"message": "away"}')


class SendTest(unittest.TestCase):
    def setUp(self):
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Answers)
        self.server.asked, self.server.answers = [], [TAKEN]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.dir = tempfile.TemporaryDirectory()
        self.addCleanup(self.dir.cleanup)
        self.addCleanup(self.server.server_close)
        self.addCleanup(self.server.shutdown)

    def client(self, patience=60.0, spool=True):
        return macrowatch.Client("http://127.0.0.1:%d/" % self.server.server_port, "mwt_x", spool_dir=self.dir.name if spool else "", patience=patience)

    def send(self, client, n=1):
        return client.send("prices", [{"instrument": "BRENT", "price_date": "2026-03-02", "price": i} for i in range(n)])

    def test_a_busy_server_is_asked_again_with_the_same_key(self):
        for spool in (True, False):
            self.server.asked.clear()
            self.server.answers = [BUSY, AWAY, TAKEN]
            self.assertEqual(self.send(self.client(spool=spool)).inserted, 1)
            self.assertEqual(len(self.server.asked), 3)
            self.assertEqual(len({(path, key, body) for path, key, body, _ in self.server.asked}), 1)

    def test_the_server_is_not_asked_before_the_time_that_it_names(self):
        self.server.answers = [(429, {"Retry-After": "3600"}, '{"message": "busy"}')]
        self.assertTrue(self.send(self.client()).kept)
        self.assertEqual(len(self.server.asked), 1)

    def test_what_is_kept_and_what_is_refused(self):
        redirect = (302, {"Location": "http://127.0.0.1:%d/elsewhere" % self.server.server_port}, "")
        for answer in [AWAY, (401, {}, '{"message": "no such token"}'), (403, {}, '{"message": "other kinds"}'), (404, {}, "<html>"), (400, {}, "<html>"),
                       (500, {}, "{}"), (502, {}, "bad gateway"), redirect, (200, {}, "<html>login</html>"), (200, {}, "{}"), (413, {}, "<html>")]:
            self.server.answers = [answer]
            client = self.client(patience=0)
            self.assertTrue(self.send(client).kept, answer)
            self.server.answers = [TAKEN]
            self.assertEqual(client.retry(), 0, answer)
            with self.assertRaises(macrowatch.Unavailable):
                self.server.answers = [answer]
                self.send(self.client(patience=0, spool=False))
        self.assertFalse([a for a in self.server.asked if "elsewhere" in a[0]])
        for status in (400, 409, 413, 415, 422):
            self.server.answers = [(status, {}, '{"message": "bad", "rows": [{"index": 0, "field": "price"}], "faults": 1}')]
            with self.assertRaises(macrowatch.Refused):
                self.send(self.client())
            self.assertEqual(self.client().waiting(), [])

    def test_older_records_go_first_and_a_bad_one_holds_up_no_other(self):
        self.server.answers = [AWAY]
        client = self.client(patience=0)
        for n in (1, 2, 3):
            self.send(client, n)
        waiting = client.waiting()
        self.assertEqual(len(waiting), 3)
        with open(waiting[1], "w") as f:
            f.write("not a record")
        self.server.asked.clear()
        self.server.answers = [(400, {}, '{"message": "bad"}'), TAKEN]
        with self.assertLogs("macrowatch", "WARNING"):
            self.send(self.client(), 4)
        self.assertEqual([body.count(b"\n") for _, _, body, _ in self.server.asked], [1, 3, 4])
        folder = os.path.dirname(waiting[0])
        self.assertEqual(sorted(n for n in os.listdir(folder) if n.endswith(".bad")), sorted(os.path.basename(p) + ".bad" for p in waiting[:2]))

    def test_a_long_body_is_sent_again_byte_by_byte(self):
        self.server.answers = [AWAY]
        client = self.client(patience=0)
        self.send(client, 2000)
        self.server.answers = [TAKEN]
        self.assertEqual(self.client().retry(), 0)
        (_, key, body, headers), (_, again, same, _) = self.server.asked[0], self.server.asked[-1]
        self.assertEqual((key, body), (again, same))
        self.assertEqual(headers["Content-Encoding"], "gzip")

    def test_the_folder_is_bounded(self):
        self.server.answers = [AWAY]
        client = self.client(patience=0)
        with mock.patch.object(macrowatch, "MOST_FILES", 3):
            for _ in range(2):
                self.assertTrue(self.send(client).kept)
            with self.assertRaises(macrowatch.Unavailable), self.assertLogs("macrowatch", "WARNING"):
                self.send(client)
        with mock.patch.object(macrowatch, "MOST_BYTES", 100), self.assertRaises(macrowatch.Unavailable), self.assertLogs("macrowatch", "WARNING"):
            self.send(client)

    def test_what_is_left_over_is_removed(self):
        client = self.client(patience=0)
        self.send(client)
        folder = client._spool.dir
        for name in (".new-dead", ".new-alive", "1.json.bad", "2.json.bad", "3.json"):
            with open(os.path.join(folder, name), "w") as f:
                f.write("x")
        os.utime(os.path.join(folder, ".new-dead"), (1, 1))
        with mock.patch.object(macrowatch, "MOST_BAD", 2), self.assertLogs("macrowatch", "WARNING"):
            self.send(client)
            client.retry()
        self.assertEqual(sorted(os.listdir(folder)), [".new-alive", ".sending", "2.json.bad", "3.json.bad"])

    def test_a_folder_in_which_others_may_write_is_not_used(self):
        client = self.client(patience=0)
        os.makedirs(client._spool.dir)
        os.chmod(client._spool.dir, 0o777)
        self.server.answers = [AWAY]
        with self.assertRaises(macrowatch.Unavailable), self.assertLogs("macrowatch", "WARNING"):
            self.send(client)

    def test_files_hold_no_token_and_are_the_users_own(self):
        self.server.answers = [AWAY]
        client = self.client(patience=0)
        try:
            with client.run("fred"):
                raise RuntimeError("password=S3cr3t")
        except RuntimeError:
            pass
        (path,) = client.waiting()
        with open(path) as f:
            text = f.read()
        self.assertNotIn("mwt_x", text)
        self.assertNotIn("S3cr3t", text)
        self.assertEqual(os.stat(path).st_mode & 0o777, 0o600)
        self.assertEqual(os.stat(os.path.dirname(path)).st_mode & 0o777, 0o700)


if __name__ == "__main__":
    unittest.main()
