"""Send rows and runs to macrowatch over HTTP, from Python 3.9 or newer, with the standard library only.

    import macrowatch

    with macrowatch.run("fred"):            # records success, or failure with the end of the traceback
        rows = download()
        macrowatch.send("prices", rows)     # a mapping, an iterable of mappings, or a DataFrame

The address of the server and the token come from MACROWATCH_URL and MACROWATCH_TOKEN, or from Client(url, token).

Nothing is lost while the server is away. Each record is written to disk before it is sent, and removed when the server
has it. What could not be sent is sent before the next record, or by "python -m macrowatch retry". Each record has an
idempotency key that stays the same however often it is sent, so the server takes it once.

On the disk, a spool directory has a folder for each server. A folder has one file for each record. A file is written and
synced under another name and then renamed, so that it is there as a whole or not at all. Who sends a file holds its lock,
and who sends the files of a folder holds the lock of the folder, so that older records go first. The file of a run that
goes on is locked by its process and touched every two seconds. If that process dies, the next sender records the run as
FAILED with the message "interrupted".
"""

from __future__ import annotations

import argparse
import base64
import contextlib
import dataclasses
import datetime
import decimal
import email.utils
import enum
import errno
import functools
import gzip
import hashlib
import inspect
import json
import logging
import math
import os
import random
import re
import signal
import stat
import subprocess
import sys
import tempfile
import threading
import time
import traceback
import urllib.error
import urllib.parse
import urllib.request
import uuid
from typing import Any, Callable, Dict, Iterable, Iterator, List, Mapping, Optional, Tuple, TypeVar, Union

try:
    import fcntl
except ImportError:  # Windows has no flock, so nothing is kept on disk there
    fcntl = None  # type: ignore[assignment]

__all__ = ["Answer", "Client", "KINDS", "MacrowatchError", "Refused", "Run", "Unavailable", "mask", "retry", "run", "send"]

#: The kinds of rows. docs/tables.md says what their columns mean.
KINDS = ("pipeline-runs", "signals", "portfolio-states", "instruments", "prices", "risk-metrics", "stress-results", "limit-statuses")

Rows = Any
F = TypeVar("F", bound=Callable[..., Any])
log = logging.getLogger("macrowatch")

MOST_FILES = 10_000  # that wait for one server
MOST_BYTES = 256 << 20  # that wait for one server
MOST_BAD = 1_000  # records that are set aside; the oldest make room
UNFINISHED_AGE = 3600.0  # seconds after which nobody is writing a file any more
MESSAGE_BYTES = 4 << 10  # that are kept of an error message
GZIP_FROM = 8 << 10  # bytes; longer bodies are compressed
BLOCK_BYTES = 4096  # the smallest block of the usual file systems
HEARTBEAT = 2.0  # seconds
START_AGAIN = 10.0  # seconds after which the start of a run is sent again


class MacrowatchError(Exception):
    """The base of the errors of this module."""


class Refused(MacrowatchError):
    """The server refuses the rows. Nothing of the request was written, and to send it again would not help.

    rows has the first faults; each is a mapping with index, field, value and problem.
    """

    def __init__(self, status: int, message: str, rows: Optional[List[Dict[str, Any]]] = None, faults: int = 0) -> None:
        self.status, self.message, self.rows, self.faults = status, message, rows or [], faults
        lines = ["row %s, %s %r: %s" % (r.get("index"), r.get("field"), r.get("value"), r.get("problem")) for r in self.rows]
        super().__init__("\n".join([message] + lines))


class Unavailable(MacrowatchError):
    """The server could not be reached, and the rows could not be kept on disk either: they are not recorded."""


class _Later(Exception):
    """The request may succeed later. alone says that other requests may succeed now."""

    def __init__(self, why: str, after: float = 0.0, alone: bool = False) -> None:
        self.after, self.alone = after, alone
        super().__init__(why)


@dataclasses.dataclass
class Answer:
    """What became of the rows of one call."""

    inserted: int = 0
    updated: int = 0
    unchanged: int = 0
    removed: int = 0
    registered: List[str] = dataclasses.field(default_factory=list)
    warnings: List[Dict[str, Any]] = dataclasses.field(default_factory=list)
    #: The rows are on disk and not with the server yet. why says the reason.
    kept: bool = False
    why: str = ""


# Rows


def _records(rows: Rows) -> Iterator[Mapping[str, Any]]:
    """Yields rows as mappings. A DataFrame of pandas has to_dict, and one of polars has to_dicts."""
    if isinstance(rows, Mapping):
        rows = [rows]
    elif dataclasses.is_dataclass(rows) and not isinstance(rows, type):
        rows = [rows]
    elif hasattr(rows, "to_dicts"):
        rows = rows.to_dicts()
    elif hasattr(rows, "to_dict") and hasattr(rows, "columns"):
        rows = rows.to_dict("records")
    elif isinstance(rows, (str, bytes)):
        raise TypeError("rows must be a mapping, an iterable of mappings or a DataFrame, not text")
    for number, row in enumerate(rows):
        if dataclasses.is_dataclass(row) and not isinstance(row, type):
            row = dataclasses.asdict(row)
        if not isinstance(row, Mapping):
            raise TypeError("row %d is of the type %s; a row must be a mapping from column names to values" % (number, type(row).__name__))
        yield row


def _plain(value: Any, where: str) -> Any:
    """Returns a value as JSON has it. What is missing (None, NaN, NaT, NA) becomes null."""
    if value is None or isinstance(value, (bool, int, str)) and not isinstance(value, enum.Enum):
        return value
    if isinstance(value, enum.Enum):
        return _plain(value.value, where)
    if type(value).__name__ in ("NaTType", "NAType"):
        return None
    if isinstance(value, decimal.Decimal):
        return None if value.is_nan() else str(value)
    if isinstance(value, (datetime.datetime, datetime.date)):
        return value.isoformat()
    if isinstance(value, float):
        if math.isnan(value):
            return None
        if math.isinf(value):
            raise ValueError("%s is infinite; macrowatch takes finite numbers only" % where)
        return float(value)
    if hasattr(value, "item"):  # a number of numpy
        item = value.item()
        if type(item) is not type(value):
            return _plain(item, where)
    raise TypeError("%s is of the type %s, which has no form in JSON" % (where, type(value).__name__))


def _lines(rows: Rows) -> Tuple[str, int]:
    """Returns rows as NDJSON, and how many there are."""
    lines = []
    for number, row in enumerate(_records(rows)):
        plain = {str(k): _plain(v, "the value of %s in row %d" % (k, number)) for k, v in row.items()}
        lines.append(json.dumps(plain, ensure_ascii=False, separators=(",", ":")) + "\n")
    return "".join(lines), len(lines)


# Secrets

_NAME = r"(?:pass(?:word|wd|phrase|code)?|pwd|secret|token|senha|api[_-]?key|access[_-]?key|private[_-]?key|secret[_-]?key|credential|auth)"
_PATTERNS = (
    # The parts of a URL and of a header
    (re.compile(r"(?i)(\b[a-z][a-z0-9+.\-]*://[^\s:/@'\"]*:)[^\s'\"]+(?=@)"), r"\1***"),
    (re.compile(r"(?i)(\b[a-z][a-z0-9+.\-]*://)[^\s:/@'\"]{16,}(?=@)"), r"\1***"),
    (re.compile(r"(?i)(\bauthorization['\"]?\s*[:=]\s*['\"]?(?:[a-z]+\s+)?)[^\s'\",;]+"), r"\1***"),
    (re.compile(r"(?i)(\b(?:bearer|basic)\s+)[a-z0-9+/=._~\-]{8,}"), r"\1***"),
    (re.compile(r"(?i)(\b(?:set-)?cookie['\"]?\s*[:=]\s*)[^\n]+"), r"\1***"),
    (re.compile(r"(?i)([?&](?:key|sig|signature|code|sid|session(?:id)?|auth)=)[^\s&#'\"]+"), r"\1***"),
    # name = value, "name": "value", --name value
    (re.compile(r"(?i)((?:[\w.\-]*" + _NAME + r")[0-9]*\\?['\"]?\s*(?:=>?|:=?)\s*\(?[bru]?(\\?['\"]))(?:(?!\2)[^\n])+"), r"\1***"),
    (re.compile(r"(?i)((?:[\w.\-]*" + _NAME + r")[0-9]*\\?['\"]?\s*(?:=>?|:=?)[ \t]*)(?![\s'\"\\(*>])[^\s,;&'\"\])}]+"), r"\1***"),
    (re.compile(r"(?i)(--?[\w\-]*" + _NAME + r"[ \t]+)(?!-)[^\s]+"), r"\1***"),
    (re.compile(r"(?i)(\bidentified\s+by\s+|\bpassword\s+)'(?:[^']|'')+'"), r"\1'***'"),
    # Shapes that only secrets have
    (re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(?:-----END [A-Z ]*PRIVATE KEY-----|\Z)", re.S), "***"),
    (re.compile(r"\bmwt_[A-Za-z0-9_\-]{8,}"), "***"),
    (re.compile(r"\beyJ[A-Za-z0-9_\-]{8,}\.[A-Za-z0-9_\-]+(?:\.[A-Za-z0-9_\-]*)?"), "***"),
    (re.compile(r"\b(?:AKIA|ASIA)[A-Z0-9]{16}\b"), "***"),
    (re.compile(r"\b(?:gh[pousr]_|github_pat_|glpat-|xox[abprs]-|sk-|sk_live_|rk_live_|AIza|hvs\.|dapi|npm_|pypi-)[A-Za-z0-9_\-]{12,}"), "***"),
)
_SECRET_VARIABLE = re.compile(r"(?i)(pass|pwd|secret|token|key|credential|senha)")


def mask(text: str) -> str:
    """Returns a text with *** in place of what looks like a secret, and of the values of variables that are named like one.

    The server masks again what it stores, by more rules. This masks what is written to disk.
    """
    for name, value in os.environ.items():
        if len(value) >= 8 and _SECRET_VARIABLE.search(name) and not os.path.isabs(value):
            text = text.replace(value, "***")
    for pattern, by in _PATTERNS:
        text = pattern.sub(by, text)
    return text


def _tail(text: str) -> str:
    """Returns the last lines of a text without secrets. Secrets are masked first, so that none is cut in two."""
    raw = mask(text.replace("\x00", "")).strip().encode("utf-8", "replace")
    if len(raw) <= MESSAGE_BYTES:
        return raw.decode()
    raw = raw[-MESSAGE_BYTES:]
    line = raw.find(b"\n")
    if 0 <= line < MESSAGE_BYTES // 2:
        raw = raw[line + 1 :]
    return raw.decode("utf-8", "ignore").strip()


# Records and the disk


@dataclasses.dataclass
class _Record:
    """One request. Its body and its key never change, or the server would not know it again."""

    url: str
    call: str
    body: bytes
    key: str
    encoding: str = ""
    run: Optional[Dict[str, Any]] = None  # of a run: its row
    why: str = ""

    def to_json(self) -> bytes:
        body = base64.b64encode(self.body).decode() if self.encoding else self.body.decode()
        return json.dumps({"format": 1, "url": self.url, "call": self.call, "key": self.key, "encoding": self.encoding,
                           "run": self.run, "why": self.why, "body": body}, ensure_ascii=False).encode()

    @staticmethod
    def from_json(text: bytes) -> "_Record":
        d = json.loads(text)
        if not isinstance(d, dict) or d.get("format") != 1:
            raise ValueError("it is not a record of this version of the client")
        body = base64.b64decode(d["body"], validate=True) if d["encoding"] else d["body"].encode()
        return _Record(d["url"], d["call"], body, d["key"], d["encoding"], d.get("run"), d.get("why", ""))

    @property
    def running(self) -> bool:
        return self.run is not None and self.run.get("status") == "RUNNING"


def _run_record(url: str, row: Dict[str, Any], key: str = "") -> _Record:
    return _Record(url, "pipeline-runs", (json.dumps(row, ensure_ascii=False) + "\n").encode(), key or uuid.uuid4().hex, run=row)


def _instant(seconds: float) -> str:
    return datetime.datetime.fromtimestamp(seconds, datetime.timezone.utc).isoformat(timespec="microseconds")


def _interrupted(record: _Record, last_seen: float) -> _Record:
    """Returns the end of a run whose process died. Its key follows from that of the start, so that it too is taken once."""
    row = dict(record.run or {})
    start = datetime.datetime.fromisoformat(row["started_at"]).timestamp()
    row.update(status="FAILED", finished_at=_instant(max(start, last_seen)), error_message="interrupted")
    return _run_record(record.url, row, record.key + ".interrupted")


class _Spool:
    """The folder of one server."""

    def __init__(self, root: str, url: str) -> None:
        self.dir = os.path.join(root, hashlib.sha256(url.encode()).hexdigest()[:16])

    def ensure(self) -> None:
        """Makes the folder. It is an OSError if it is full, or if another user could have written in it."""
        if fcntl is None:
            raise OSError(errno.ENOSYS, "this system has no flock")
        os.makedirs(self.dir, mode=0o700, exist_ok=True)
        info = os.lstat(self.dir)
        if not stat.S_ISDIR(info.st_mode) or info.st_uid != os.geteuid() or info.st_mode & 0o022:
            raise OSError(errno.EPERM, "the folder is a link, or belongs to another user, or others may write in it", self.dir)
        count = size = 0
        with os.scandir(self.dir) as entries:
            for entry in entries:
                with contextlib.suppress(FileNotFoundError):
                    found = entry.stat(follow_symlinks=False)
                    if entry.name.startswith(".new-") and found.st_mtime < time.time() - UNFINISHED_AGE:
                        os.unlink(entry.path)  # a process died while it wrote this
                    elif not entry.name.endswith(".bad"):
                        size += found.st_size
                        count += 1
        if count >= MOST_FILES or size >= MOST_BYTES:
            raise OSError(errno.EDQUOT, "%d records of %d bytes wait there already" % (count, size), self.dir)

    def path(self, key: str) -> str:
        return os.path.join(self.dir, "%020d-%s.json" % (time.time_ns(), key))

    def names(self) -> List[str]:
        """Returns the names of the files that wait, the oldest first."""
        try:
            return sorted(n for n in os.listdir(self.dir) if n.endswith(".json") and not n.startswith("."))
        except FileNotFoundError:
            return []

    def write(self, path: str, record: _Record) -> int:
        """Writes a file as a whole or not at all, and returns its descriptor, locked."""
        fd, new = tempfile.mkstemp(dir=self.dir, prefix=".new-")
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
            _write_all(fd, record.to_json())
            os.fsync(fd)
            os.rename(new, path)
        except BaseException:
            os.close(fd)
            with contextlib.suppress(OSError):
                os.unlink(new)
            raise
        self.sync()
        return fd

    def sync(self) -> None:
        with contextlib.suppress(OSError):
            fd = os.open(self.dir, os.O_RDONLY)
            try:
                os.fsync(fd)
            finally:
                os.close(fd)

    def open(self, name: str) -> Optional[int]:
        """Opens and locks a file. It returns None if another process holds it or has removed it."""
        path = os.path.join(self.dir, name)
        try:
            fd = os.open(path, os.O_RDWR | os.O_NOFOLLOW | os.O_NONBLOCK)
        except OSError:
            return None
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
            there, this = os.lstat(path), os.fstat(fd)
            if stat.S_ISREG(this.st_mode) and (there.st_dev, there.st_ino) == (this.st_dev, this.st_ino):
                return fd
        except OSError:
            pass
        os.close(fd)
        return None

    def free(self, name: str) -> bool:
        """Says whether no process holds a file."""
        fd = self.open(name)
        if fd is not None:
            os.close(fd)
        return fd is not None

    def remove(self, name: str) -> None:
        with contextlib.suppress(FileNotFoundError):
            os.unlink(os.path.join(self.dir, name))

    def set_aside(self, name: str, why: str) -> None:
        """Keeps a file that can't be sent for a person to look at. It holds up no other file."""
        path = os.path.join(self.dir, name)
        with contextlib.suppress(OSError):
            os.replace(path, path + ".bad")
        bad = sorted(n for n in os.listdir(self.dir) if n.endswith(".bad"))
        for old in bad[:-MOST_BAD]:
            self.remove(old)
        log.warning("macrowatch refuses a record, which is set aside as %s.bad: %s", path, why)

    @contextlib.contextmanager
    def locked(self, deadline: float) -> Iterator[bool]:
        """Holds the lock of the folder, and says whether it could be had in time."""
        fd = os.open(os.path.join(self.dir, ".sending"), os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
        try:
            while True:
                try:
                    fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    break
                except OSError:
                    if time.monotonic() >= deadline:
                        yield False
                        return
                    time.sleep(0.02)
            yield True
        finally:
            os.close(fd)


def _write_all(fd: int, text: bytes) -> None:
    while text:
        text = text[os.write(fd, text) :]


def _read_all(fd: int) -> bytes:
    with os.fdopen(os.dup(fd), "rb") as f:
        f.seek(0)
        return f.read()


# The client


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    """Follows no redirect: a POST would become a GET, and the token would go to another server."""

    def redirect_request(self, *args: Any, **kwargs: Any) -> None:
        return None


class Client:
    """Sends rows and runs to one server. Threads may share a client.

    url is the server's address, such as https://macrowatch.example.com, and token is what macrowatch token create prints.
    spool_dir is where records are kept while the server is away; "" keeps none. patience is for how many seconds one call
    tries to send, and timeout for how many one request may be silent.
    """

    def __init__(self, url: Optional[str] = None, token: Optional[str] = None, *, spool_dir: Optional[str] = None,
                 patience: float = 10.0, timeout: float = 10.0) -> None:
        self.url = (url or os.environ.get("MACROWATCH_URL", "")).rstrip("/")
        self._token = token or os.environ.get("MACROWATCH_TOKEN", "")
        parts = urllib.parse.urlsplit(self.url)
        if parts.scheme not in ("http", "https") or not parts.hostname or "@" in parts.netloc or parts.query or parts.fragment:
            raise ValueError("the URL of macrowatch must be like https://macrowatch.example.com: set MACROWATCH_URL or pass url")
        if not self._token or not self._token.isascii() or not self._token.isprintable() or " " in self._token:
            raise ValueError("macrowatch needs a token, as macrowatch token create prints it: set MACROWATCH_TOKEN or pass token")
        if spool_dir is None:
            spool_dir = os.environ.get("MACROWATCH_CLIENT_SPOOL_DIR", _default_spool_dir())
        self._spool = _Spool(spool_dir, self.url) if spool_dir else None
        self._patience, self._timeout = patience, timeout
        self._opener = urllib.request.build_opener(_NoRedirects())

    def __repr__(self) -> str:
        return "Client(%r)" % self.url

    def send(self, kind: str, rows: Rows, **parameters: Union[str, bool]) -> Answer:
        """Sends rows of a kind in one request. The server takes all of them or none.

        The parameters are the flags of macrowatch import: timezone, kind, quoted_in, replace_snapshots, snapshot_window.
        If the server is away, the rows are kept on disk and the answer says so. Refused says what is wrong with the rows.
        """
        if kind not in KINDS:
            raise ValueError("%r is not a kind of rows; there are %s" % (kind, ", ".join(KINDS)))
        text, count = _lines(rows)
        if count == 0:
            return Answer()
        query = {k.replace("_", "-"): str(v).lower() if isinstance(v, bool) else str(v) for k, v in sorted(parameters.items())}
        call = kind + ("?" + urllib.parse.urlencode(query) if query else "")
        body, encoding = text.encode(), ""
        if len(body) >= GZIP_FROM:
            body, encoding = gzip.compress(body, mtime=0), "gzip"
        return self._record(_Record(self.url, call, body, uuid.uuid4().hex, encoding))

    def send_in_batches(self, kind: str, rows: Rows, size: int = 10_000, **parameters: Union[str, bool]) -> Answer:
        """Sends rows in requests of size rows each, for more rows than one request may have.

        Each request is taken as a whole or not at all. Keep the rows of one snapshot in one call of send instead.
        """
        total, batch, before = Answer(), [], 0
        for row in _records(rows):
            batch.append(row)
            if len(batch) == size:
                self._add(total, kind, batch, before, parameters)
                before, batch = before + len(batch), []
        self._add(total, kind, batch, before, parameters)
        return total

    def _add(self, total: Answer, kind: str, batch: List[Any], before: int, parameters: Mapping[str, Union[str, bool]]) -> None:
        try:
            answer = self.send(kind, batch, **parameters)
        except Refused as e:  # its indices are those of the batch
            raise Refused(e.status, e.message, [dict(r, index=r.get("index", 0) + before) for r in e.rows], e.faults) from None
        for name in ("inserted", "updated", "unchanged", "removed"):
            setattr(total, name, getattr(total, name) + getattr(answer, name))
        total.registered += answer.registered
        total.warnings += [dict(w, index=w.get("index", 0) + before) for w in answer.warnings]
        total.kept, total.why = total.kept or answer.kept, answer.why or total.why

    def run(self, step: str) -> "Run":
        """Records a run of a step: with client.run("fred"): …, or @client.run("fred") above a function."""
        return Run(self, step)

    def retry(self, patience: Optional[float] = None) -> int:
        """Sends what waits on disk, and returns how many records still wait."""
        if self._spool is not None and self._spool.names():
            self._deliver(time.monotonic() + (self._patience if patience is None else patience))
        return len(self.waiting())

    def waiting(self) -> List[str]:
        """Returns the paths of the records that wait on disk for this server, without those that a process is recording."""
        return [os.path.join(self._spool.dir, n) for n in self._spool.names() if self._spool.free(n)] if self._spool else []

    def _record(self, record: _Record) -> Answer:
        """Keeps a record on disk and sends it after those that wait already."""
        deadline = time.monotonic() + self._patience
        if self._spool is not None:
            try:
                self._spool.ensure()
                path = self._spool.path(record.key)
                fd = self._spool.write(path, record)
            except OSError as e:
                log.warning("macrowatch can't keep records on disk, so one is lost if the server is away: %s", e)
            else:
                try:
                    return self._deliver(deadline, (os.path.basename(path), fd, record))
                finally:
                    os.close(fd)
        try:
            return self._post_patiently(record, deadline)
        except _Later as e:
            raise Unavailable("macrowatch at %s did not take the rows, and they are not kept: %s" % (self.url, e)) from None

    def _deliver(self, deadline: float, own: Optional[Tuple[str, int, _Record]] = None) -> Answer:
        """Sends the records that wait, the oldest first, up to the own one, and returns what became of the own one."""
        assert self._spool is not None
        why = "another process is sending the records before it"
        with self._spool.locked(deadline) as locked:
            for name in self._spool.names() if locked else []:
                mine = own is not None and name == own[0]
                if own is not None and name > own[0]:
                    break
                try:
                    answer = self._deliver_one(name, deadline, own if mine else None)
                    if mine and answer is not None:
                        return answer
                except _Later as e:
                    why = str(e)
                    if mine or not e.alone:
                        break
        if own is not None:
            log.warning("the record is not sent yet (%s); it is kept in %s", why, self._spool.dir)
        return Answer(kept=True, why=why)

    def _deliver_one(self, name: str, deadline: float, own: Optional[Tuple[str, int, _Record]]) -> Optional[Answer]:
        """Sends one file and removes it. Only its own sender learns that the server refuses it."""
        assert self._spool is not None
        fd = own[1] if own else self._spool.open(name)
        if fd is None:
            return None
        try:
            if own:
                record = own[2]
            else:
                try:
                    record = _Record.from_json(_read_all(fd))
                    if record.url != self.url:
                        raise ValueError("it is for " + record.url)
                    if record.running:
                        record = _interrupted(record, os.fstat(fd).st_mtime)
                except (ValueError, KeyError, TypeError, AttributeError) as e:
                    self._spool.set_aside(name, "it can't be read as a record: %s" % e)
                    return None
            try:
                answer = self._post_patiently(record, deadline)
            except Refused as e:
                if own:
                    self._spool.remove(name)
                    raise
                self._spool.set_aside(name, str(e))
                return None
            if not record.running:
                self._spool.remove(name)
            return answer
        finally:
            if not own:
                os.close(fd)

    def _post_patiently(self, record: _Record, deadline: float) -> Answer:
        """Sends a record, again and again until the deadline. It waits as long as the server asks."""
        wait = 0.25
        while True:
            try:
                return self._post(record)
            except _Later as e:
                pause = max(e.after, wait * (0.5 + random.random()))
                if e.alone or time.monotonic() + pause > deadline:
                    raise
                time.sleep(pause)
                wait = min(2 * wait, 10.0)

    def _post(self, record: _Record) -> Answer:
        headers = {"Authorization": "Bearer " + self._token, "Content-Type": "application/x-ndjson",
                   "Idempotency-Key": record.key, "User-Agent": "macrowatch-python"}
        if record.encoding:
            headers["Content-Encoding"] = record.encoding
        request = urllib.request.Request(self.url + "/api/v1/" + record.call, data=record.body, headers=headers, method="POST")
        try:
            with self._opener.open(request, timeout=self._timeout) as response:
                return _answer(response.read(16 << 20))
        except urllib.error.HTTPError as e:
            with e:
                raise _failure(e) from None
        except Exception as e:  # http.client, ssl and socket have errors of many kinds
            raise _Later("%s: %s" % (self.url, mask(str(getattr(e, "reason", None) or e or type(e).__name__)))) from None


def _answer(text: bytes) -> Answer:
    said = json.loads(text)
    if not isinstance(said, dict) or "inserted" not in said:
        raise ValueError("the answer is not one of macrowatch")
    return Answer(said["inserted"], said["updated"], said["unchanged"], said["removed"], said["registered"], said["warnings"])


def _failure(e: urllib.error.HTTPError) -> Exception:
    """Turns an answer that refuses into the error that says what to do about it."""
    try:
        said = json.loads(e.read(1 << 20))
        message = str(said["message"])
    except Exception:  # a proxy's page, or a connection that broke
        said, message = None, e.reason
    why = "%s: %d %s" % (urllib.parse.urlsplit(e.url or "")._replace(path="", query="").geturl(), e.code, message)
    if said is not None and e.code in (400, 409, 413, 415, 422):
        return Refused(e.code, message, said.get("rows"), said.get("faults", 0))
    # A token may be for some kinds only, and an internal error may come from one request only.
    alone = e.code in (400, 403, 404, 405, 409, 413, 415, 422, 500)
    return _Later(why, _retry_after(e.headers.get("Retry-After", "")), alone)


def _retry_after(text: str) -> float:
    """Reads the header Retry-After: seconds, or a date."""
    if text.strip().isdigit():
        return float(text)
    try:
        return max(0.0, email.utils.parsedate_to_datetime(text).timestamp() - time.time())
    except (TypeError, ValueError, IndexError):
        return 0.0


def _default_spool_dir() -> str:
    state = os.environ.get("XDG_STATE_HOME", "")
    return os.path.join(state if os.path.isabs(state) else os.path.expanduser("~/.local/state"), "macrowatch-client")


# Runs


class Run:
    """A run of a step, as a context manager or a decorator.

    It never makes the step fail: if neither the server nor the disk takes the record, it logs a warning. The start is sent
    in the background, so the step does not wait for the server.
    """

    def __init__(self, client: Optional[Client], step: str) -> None:
        self._client, self.step, self.id = client, step, ""
        self._message: Optional[str] = None

    def __call__(self, function: F) -> F:
        """Records each call of a function as a run, also of a coroutine function or a generator function."""
        if inspect.isasyncgenfunction(function):
            raise TypeError("macrowatch.run can't decorate an asynchronous generator; use it as a context manager in its body")
        if inspect.iscoroutinefunction(function):
            async def wrapped(*args: Any, **kwargs: Any) -> Any:
                with Run(self._client, self.step):
                    return await function(*args, **kwargs)
        elif inspect.isgeneratorfunction(function):
            def wrapped(*args: Any, **kwargs: Any) -> Any:
                with Run(self._client, self.step):
                    return (yield from function(*args, **kwargs))
        else:
            def wrapped(*args: Any, **kwargs: Any) -> Any:
                with Run(self._client, self.step):
                    return function(*args, **kwargs)
        return functools.wraps(function)(wrapped)  # type: ignore[return-value]

    def __enter__(self) -> "Run":
        self.id, self._pid = str(uuid.uuid4()), os.getpid()
        try:
            self._client = self._client or _default_client()
        except ValueError as e:
            log.warning("macrowatch does not record the run of %s: %s", self.step, e)
            return self
        self._began, self._clock = time.time(), time.monotonic()
        self._row = {"run_id": self.id, "step_name": self.step, "status": "RUNNING", "started_at": _instant(self._began)}
        self._start = _run_record(self._client.url, self._row)
        self._path, self._fd = "", -1
        if self._client._spool is not None:
            try:
                self._client._spool.ensure()
                self._path = self._client._spool.path(self._start.key)
                self._fd = self._client._spool.write(self._path, self._start)
            except OSError as e:
                self._path = ""
                log.warning("macrowatch can't keep the run of %s on disk: %s", self.step, e)
        self._stop = threading.Event()
        self._threads = [threading.Thread(target=target, daemon=True, name="macrowatch") for target in (self._beat, self._send_start)]
        for thread in self._threads:
            thread.start()
        return self

    def fail(self, message: str) -> None:
        """Makes the run end as FAILED with a message, although no exception leaves it."""
        self._message = message

    def _beat(self) -> None:
        while self._path and not self._stop.wait(HEARTBEAT):
            with contextlib.suppress(OSError):
                os.utime(self._path)

    def _send_start(self) -> None:
        """Sends the start until the server has it. The end says everything that the start says."""
        while not self._stop.is_set():
            try:
                self._client._post(self._start)  # type: ignore[union-attr]
                return
            except Refused as e:
                log.warning("macrowatch refuses the run of %s: %s", self.step, e)
                return
            except _Later as e:
                self._stop.wait(max(e.after, START_AGAIN))

    def __exit__(self, kind: Any, error: Optional[BaseException], trace: Any) -> None:
        if self._client is None or os.getpid() != self._pid:  # a child that was forked within the run leaves it to the parent
            return
        self._stop.set()
        self._threads[0].join()
        status, message = "SUCCESS", ""
        if self._message is not None:
            status, message = "FAILED", self._message
        if isinstance(error, KeyboardInterrupt):
            status, message = "CANCELLED", "interrupted from the keyboard"
        elif isinstance(error, SystemExit):
            if error.code not in (None, 0):
                status, message = "FAILED", "exit status %s" % error.code if isinstance(error.code, int) else str(error.code)
        elif error is not None:
            status, message = "FAILED", "".join(traceback.format_exception(kind, error, trace))
        took = max(0.0, time.monotonic() - self._clock)  # the clock may have been set meanwhile
        row = dict(self._row, status=status, finished_at=_instant(self._began + took))
        if message:
            row["error_message"] = _tail(message)
        try:
            self._record_end(self._client, _run_record(self._client.url, row))
        except Exception as e:  # the step goes on whatever happens to its record
            log.warning("macrowatch did not record the run of %s: %s", self.step, e)

    def _record_end(self, client: Client, end: _Record) -> None:
        if not self._path:
            client._record(end)
            return
        spool, fd = client._spool, self._fd
        assert spool is not None
        try:
            try:
                new = spool.write(self._path, end)
                os.close(fd)
                fd = new
            except OSError as e:
                if not _overwrite(fd, end):
                    raise e
            client._deliver(time.monotonic() + client._patience, (os.path.basename(self._path), fd, end))
        finally:
            os.close(fd)


def _overwrite(fd: int, end: _Record) -> bool:
    """Writes the end of a run over its start, for a full disk. The file has a whole block already."""
    if len(end.to_json()) > BLOCK_BYTES:
        row = {k: v for k, v in (end.run or {}).items() if k != "error_message"}
        short = _run_record(end.url, row, end.key)
        end.run, end.body = short.run, short.body
    text = end.to_json()
    try:
        os.pwrite(fd, text, 0)
        os.ftruncate(fd, len(text))
        os.fsync(fd)
        return True
    except OSError:
        return False


# The functions of the module use one client, which the environment configures.

_client: Optional[Client] = None


def _default_client() -> Client:
    global _client
    if _client is None:
        _client = Client()
    return _client


def send(kind: str, rows: Rows, **parameters: Union[str, bool]) -> Answer:
    """Sends rows of a kind in one request; see Client.send."""
    return _default_client().send(kind, rows, **parameters)


def run(step: str) -> Run:
    """Records a run of a step: with macrowatch.run("fred"): …, or @macrowatch.run("fred") above a function."""
    return Run(None, step)


def retry(patience: Optional[float] = None) -> int:
    """Sends what waits on disk, and returns how many records still wait."""
    return _default_client().retry(patience)


# python -m macrowatch


def _run_command(client: Client, step: str, command: List[str]) -> int:
    """Runs a command, records it, and returns its exit status."""
    process: Optional[subprocess.Popen] = None  # type: ignore[type-arg]
    early: List[int] = []  # the signals from before the command

    def pass_on(number: int, _frame: Any) -> None:
        if process is None:
            early.append(number)
        else:
            process.send_signal(number)

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) != signal.SIG_IGN:  # nohup makes a command ignore SIGHUP
            signal.signal(number, pass_on)
    record = client.run(step)
    with record:
        try:
            process = subprocess.Popen(command, stderr=subprocess.PIPE)
        except OSError as e:
            print("macrowatch: %s" % e, file=sys.stderr)
            record.fail(str(e))
            return 127 if isinstance(e, FileNotFoundError) else 126
        for number in early:
            process.send_signal(number)
        tail = bytearray()

        def copy() -> None:
            for piece in iter(lambda: process.stderr.read1(8192), b""):  # type: ignore[union-attr]
                tail.extend(piece)
                del tail[: -5 * MESSAGE_BYTES]
                with contextlib.suppress(OSError, ValueError):
                    sys.stderr.buffer.write(piece)
                    sys.stderr.buffer.flush()

        copying = threading.Thread(target=copy, daemon=True)
        copying.start()
        status = process.wait()
        copying.join(1.0)  # a process that the command left behind may hold its standard error open
        said = tail.decode("utf-8", "replace").rstrip()
        if status < 0:
            record.fail("%s\nkilled by signal %d" % (said, -status))
            return 128 - status
        if status:
            record.fail("%s\nexit status %d" % (said, status))
        return status


def _arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m macrowatch", description="Send rows and runs to macrowatch over HTTP. "
                                     "MACROWATCH_URL and MACROWATCH_TOKEN say where to; MACROWATCH_CLIENT_SPOOL_DIR says where records wait.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    one = commands.add_parser("send", help="send rows from a file of JSON or JSON Lines, or from standard input")
    one.add_argument("kind", choices=KINDS, metavar="KIND", help=", ".join(KINDS))
    one.add_argument("file", nargs="?", default="-", metavar="FILE")
    one.add_argument("--timezone", help="the zone of times that have none, such as America/Sao_Paulo")
    one = commands.add_parser("run", help="run a command and record it: run STEP -- COMMAND …")
    one.add_argument("step", metavar="STEP")
    one.add_argument("argv", nargs=argparse.REMAINDER, metavar="COMMAND")
    commands.add_parser("retry", help="send the records that wait on disk")
    commands.add_parser("list", help="list the records that wait on disk")
    return parser


def _read_rows(path: str) -> List[Any]:
    if path == "-":
        text = sys.stdin.read()
    else:
        with open(path, encoding="utf-8-sig") as f:
            text = f.read()
    try:
        whole = json.loads(text)
        return whole if isinstance(whole, list) else [whole]
    except ValueError:
        return [json.loads(line) for line in text.splitlines() if line.strip()]


def main(argv: Optional[List[str]] = None) -> int:
    """Is python -m macrowatch. The exit status is 0 if every record was sent or kept, 1 if not, and 2 for wrong usage."""
    logging.basicConfig(format="macrowatch: %(message)s", level=logging.WARNING)
    parser = _arguments()
    given = parser.parse_args(argv)
    try:
        client = Client()
    except ValueError as e:
        parser.error(str(e))
    try:
        if given.command == "run":
            command = given.argv[1:] if given.argv[:1] == ["--"] else given.argv
            if not command:
                parser.error("run needs a command: run STEP -- COMMAND …")
            return _run_command(client, given.step, command)
        if given.command == "retry":
            left = client.retry(60.0)
            print("%d records wait" % left)
            return 1 if left else 0
        if given.command == "list":
            for path in client.waiting():
                print(path)
            return 0
        parameters = {"timezone": given.timezone} if given.timezone else {}
        answer = client.send(given.kind, _read_rows(given.file), **parameters)
    except (MacrowatchError, OSError, ValueError, TypeError) as e:
        print("macrowatch: %s" % e, file=sys.stderr)
        return 1
    if answer.kept:
        print("not sent yet, and kept on disk: %s" % answer.why)
    else:
        print("%d inserted, %d updated, %d unchanged" % (answer.inserted, answer.updated, answer.unchanged))
    return 0


if __name__ == "__main__":
    sys.exit(main())
