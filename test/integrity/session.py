"""
session.py: a client of PostgreSQL's protocol, version 3, as the tests need it.

psql cannot say "this statement waits" and a test must not depend on a driver
that may not be installed. Here a statement is sent without waiting for its end,
several sessions are watched at once, and an error keeps all its fields. Only
the simple query protocol, only Unix sockets, only trust authentication.
"""
import os
import select
import socket
import struct

ERROR_FIELDS = {
    "C": "sqlstate", "M": "message", "D": "detail", "H": "hint",
    "s": "schema", "t": "table", "c": "column", "n": "constraint", "W": "context",
}


class Lost(Exception):
    """the server is gone, or ended the session"""


class Failed(Exception):
    """a statement that had to succeed did not"""

    @classmethod
    def of(cls, error, sql):
        return cls("%s: %s\nin: %s" % (error["sqlstate"], error["message"], sql))


class Result:
    """what one message of statements gave: the last one's rows, the tags of all, the error"""

    def __init__(self):
        self.rows = []
        self.tags = []
        self.error = None

    @property
    def sqlstate(self):
        return self.error["sqlstate"] if self.error else None


class Session:
    def __init__(self, name="test", database=None, user=None):
        host = os.environ.get("PGHOST", "/var/run/postgresql")
        port = os.environ.get("PGPORT", "5432")
        self.name = name
        self.pid = None
        self.status = None  # of the transaction: I idle, T in one, E in a failed one
        self.pending = None  # the Result that is being received
        self.to_copy = b""
        self.buffer = b""
        self.socket = socket.socket(socket.AF_UNIX)
        try:
            self.socket.connect("%s/.s.PGSQL.%s" % (host, port))
            self._start(user or os.environ.get("PGUSER", "postgres"),
                        database or os.environ.get("PGDATABASE", "postgres"))
        except OSError as e:
            raise Lost(str(e)) from e

    def _start(self, user, database):
        words = ["user", user, "database", database, "application_name", self.name,
                 "client_encoding", "UTF8"]
        body = struct.pack("!i", 196608) + b"".join(w.encode() + b"\0" for w in words) + b"\0"
        self.socket.sendall(struct.pack("!i", len(body) + 4) + body)
        self.pending = Result()
        result = self.receive()
        if result.error:
            raise Lost(result.error["message"])

    def fileno(self):
        return self.socket.fileno()

    def close(self):
        self.socket.close()

    def send(self, sql, to_copy=""):
        """starts the statements; to_copy is what a COPY FROM STDIN among them reads"""
        assert self.pending is None
        self.pending = Result()
        self.to_copy = to_copy.encode()
        self._put(b"Q", sql.encode() + b"\0")

    def receive(self, timeout=None):
        """the Result when the statements have ended, None if they have not after timeout seconds"""
        while True:
            result = self._take()
            if result is not None:
                return result
            if timeout is not None and not select.select([self.socket], [], [], timeout)[0]:
                return None
            try:
                data = self.socket.recv(65536)
            except OSError as e:
                raise Lost(str(e)) from e
            if not data:
                error = self.pending.error if self.pending else None
                raise Lost(error["message"] if error else "server closed the connection")
            self.buffer += data

    def run(self, sql, to_copy=""):
        """sends and receives"""
        self.send(sql, to_copy)
        return self.receive()

    def do(self, sql):
        """rows of what must succeed"""
        result = self.run(sql)
        if result.error:
            raise Failed.of(result.error, sql)
        return result.rows

    def value(self, sql):
        return self.do(sql)[0][0]

    def _put(self, kind, body):
        try:
            self.socket.sendall(kind + struct.pack("!i", len(body) + 4) + body)
        except OSError as e:
            raise Lost(str(e)) from e

    def _take(self):
        """interprets the messages that are complete; the Result once it is"""
        while len(self.buffer) >= 5:
            kind = self.buffer[:1]
            end = 1 + struct.unpack("!i", self.buffer[1:5])[0]
            if len(self.buffer) < end:
                return None
            body = self.buffer[5:end]
            self.buffer = self.buffer[end:]
            if kind == b"Z":
                self.status = body.decode()
                result = self.pending
                self.pending = None
                return result
            self._interpret(kind, body)
        return None

    def _interpret(self, kind, body):
        if kind == b"R" and struct.unpack("!i", body[:4])[0] != 0:
            raise Lost("the server asks for a password")
        if kind == b"K":
            self.pid = struct.unpack("!i", body[:4])[0]
        elif kind == b"T":
            self.pending.rows = []
        elif kind == b"D":
            self.pending.rows.append(row_of(body))
        elif kind == b"C":
            self.pending.tags.append(body[:-1].decode())
        elif kind == b"E":
            self.pending.error = error_of(body)
        elif kind == b"G":
            self._put(b"d", self.to_copy)
            self._put(b"c", b"")


def row_of(body):
    row = []
    at = 2
    for _ in range(struct.unpack("!h", body[:2])[0]):
        length = struct.unpack("!i", body[at:at + 4])[0]
        at += 4
        row.append(None if length < 0 else body[at:at + length].decode())
        at += max(length, 0)
    return tuple(row)


def error_of(body):
    error = dict.fromkeys(ERROR_FIELDS.values())
    for field in body.split(b"\0"):
        if field and chr(field[0]) in ERROR_FIELDS:
            error[ERROR_FIELDS[chr(field[0])]] = field[1:].decode(errors="replace")
    return error
