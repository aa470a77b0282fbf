#!/usr/bin/env python3
"""
hammer.py [--seconds S] [--clients N] [--kill K --data DIR] [--log FILE] [--twin any|native] [--seed X]

Clients do to references and their targets all that can be done, at once, in
short transactions of every isolation level, with savepoints and rollbacks. At
the end, and after each of K kills of the server, plain SQL looks for orphans;
every error that is not one of those that such transactions have to expect is
reported. "--twin native" has native foreign keys instead of relations, to see
how the server's own fare.

PGHOST, PGPORT, PGUSER and PGDATABASE lead to the server; the schema "hammer" is
made anew in the database. DIR is the server's data directory, pg_ctl is looked
for on the PATH. test/integrity/hammer runs this on a server of its own.
"""
import argparse
import collections
import contextlib
import multiprocessing
import os
import random
import re
import signal
import subprocess
import sys
import time
import traceback

from session import Lost, Session

LEVELS = ("READ COMMITTED", "REPEATABLE READ", "SERIALIZABLE")

# What a transaction has to expect beside others: violated keys (23001: RESTRICT,
# from PostgreSQL 18 on), serialization, deadlocks, being cancelled.
EXPECTED = {"23503", "23001", "23505", "40001", "40P01", "57014"}

IDS = 40  # few, so that clients meet
PARTED_IDS = 200
WIDE_IDS = 400  # of which a statement refers to many, or deletes many

# Targets: a plain, p partitioned by id, u with uuids, c and d with keys of two
# columns, node refers to its own kind, w for many at a time. Relations: each has
# another action.
TABLES = """
CREATE FUNCTION nothing() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';
CREATE TABLE cascading (n int PRIMARY KEY, collection text, item int, note text);
CREATE TABLE nulling (n int PRIMARY KEY, collection varchar(20), item bigint, note text) PARTITION BY RANGE (n);
CREATE TABLE nulling_1 PARTITION OF nulling FOR VALUES FROM (0) TO (300);
CREATE TABLE nulling_2 PARTITION OF nulling FOR VALUES FROM (300) TO (600);
CREATE TABLE nulling_3 PARTITION OF nulling DEFAULT;
CREATE TABLE deferring (n int PRIMARY KEY, collection text, item {text}, note text);
CREATE TABLE defaulting (n int PRIMARY KEY, collection text DEFAULT 'c', x int DEFAULT 0, y text DEFAULT '0', note text);
CREATE TABLE wide (n int PRIMARY KEY, collection text, item bigint, note text);
"""
ANY = """
CREATE TABLE a (kind text DEFAULT 'a', id int PRIMARY KEY, note text);
CREATE TABLE p (kind text DEFAULT 'p', id int PRIMARY KEY, note text) PARTITION BY RANGE (id);
CREATE TABLE u (kind text DEFAULT 'u', id uuid PRIMARY KEY, note text);
CREATE TABLE c (kind text DEFAULT 'c', x int, y text, note text, PRIMARY KEY (x, y));
CREATE TABLE d (kind text DEFAULT 'd', x int, y text, note text, PRIMARY KEY (x, y));
CREATE TABLE node (kind text DEFAULT 'node', id int PRIMARY KEY, collection text, item int, note text);
CREATE TABLE w (kind text DEFAULT 'w', id int PRIMARY KEY, note text);
SELECT FROM relations.create_relations('[
	{"many_collection": "cascading", "many_field": "item", "one_collection_field": "collection",
		"one_allowed_collections": "a,p", "on_delete": "CASCADE", "on_update": "CASCADE"},
	{"many_collection": "nulling", "many_field": "item", "one_collection_field": "collection",
		"one_allowed_collections": "a,p", "on_delete": "SET NULL", "on_update": "SET NULL"},
	{"many_collection": "deferring", "many_field": "item", "one_collection_field": "collection",
		"one_allowed_collections": "a,u", "on_delete": "NO ACTION", "on_update": "CASCADE",
		"deferrable": true},
	{"many_collection": "defaulting", "many_field": "x,y", "one_collection_field": "collection",
		"one_allowed_collections": "c,d", "on_delete": "SET DEFAULT", "on_update": "RESTRICT"},
	{"many_collection": "node", "many_field": "item", "one_collection_field": "collection",
		"one_allowed_collections": "node,a", "on_delete": "CASCADE", "on_update": "CASCADE"},
	{"many_collection": "wide", "many_field": "item", "one_collection_field": "collection",
		"one_allowed_collections": "w", "on_delete": "CASCADE", "on_update": "NO ACTION"}
]');
"""
# One table whose partitions are the targets: a foreign key to any of them.
NATIVE = """
CREATE TABLE t (kind text, id int, note text, PRIMARY KEY (kind, id)) PARTITION BY LIST (kind);
CREATE TABLE a PARTITION OF t (kind DEFAULT 'a') FOR VALUES IN ('a');
CREATE TABLE p PARTITION OF t (kind DEFAULT 'p') FOR VALUES IN ('p') PARTITION BY RANGE (id);
CREATE TABLE w PARTITION OF t (kind DEFAULT 'w') FOR VALUES IN ('w');
CREATE TABLE u (kind text DEFAULT 'u', id uuid PRIMARY KEY, note text);
CREATE TABLE s (kind text, x int, y text, note text, PRIMARY KEY (kind, x, y)) PARTITION BY LIST (kind);
CREATE TABLE c PARTITION OF s (kind DEFAULT 'c') FOR VALUES IN ('c');
CREATE TABLE d PARTITION OF s (kind DEFAULT 'd') FOR VALUES IN ('d');
CREATE TABLE node (kind text DEFAULT 'node', id int, collection text, item int, note text, PRIMARY KEY (kind, id));
CREATE UNIQUE INDEX ON node (id);
ALTER TABLE cascading ADD FOREIGN KEY (collection, item) REFERENCES t MATCH FULL ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE nulling ADD FOREIGN KEY (collection, item) REFERENCES t MATCH FULL ON DELETE SET NULL ON UPDATE SET NULL;
ALTER TABLE deferring ADD FOREIGN KEY (collection, item) REFERENCES t MATCH FULL ON UPDATE CASCADE DEFERRABLE;
ALTER TABLE defaulting ADD FOREIGN KEY (collection, x, y) REFERENCES s MATCH FULL ON DELETE SET DEFAULT ON UPDATE RESTRICT;
ALTER TABLE node ADD FOREIGN KEY (collection, item) REFERENCES node MATCH FULL ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE wide ADD FOREIGN KEY (collection, item) REFERENCES t MATCH FULL ON DELETE CASCADE;
CREATE INDEX ON wide (collection, item);
CREATE INDEX ON cascading (collection, item);
CREATE INDEX ON nulling (collection, item);
CREATE INDEX ON deferring (collection, item);
CREATE INDEX ON defaulting (collection, x, y);
CREATE INDEX ON node (collection, item);
"""
ROWS = """
INSERT INTO a (id) SELECT generate_series(1, {ids});
INSERT INTO p (id) SELECT generate_series(1, {parted_ids});
INSERT INTO u (id) SELECT lpad(i::text, 32, '0')::uuid FROM generate_series(1, {ids}) i;
INSERT INTO c (x, y) VALUES (0, '0');
INSERT INTO c (x, y) SELECT i % 7 + 1, i::text FROM generate_series(1, {ids}) i;
INSERT INTO d (x, y) SELECT i % 7 + 1, i::text FROM generate_series(1, {ids}) i;
INSERT INTO node (id) SELECT generate_series(1, {ids});
INSERT INTO w (id) SELECT generate_series(1, {wide_ids});
"""
REFERENCING = {
    # table: (its column or columns, the targets, numbers of its rows)
    "cascading": ("item", ("a", "p"), 600),
    "nulling": ("item", ("a", "p"), 600),
    "deferring": ("item", ("a", "u"), 60),
    "defaulting": ("x, y", ("c", "d"), 200),
}


class Roulette:
    """makes statements at random"""

    def __init__(self, rng, native):
        self.rng = rng
        self.native = native

    def key(self, target):
        """a literal, or for two columns two of them"""
        i = self.rng.randint(1, PARTED_IDS if target == "p" else IDS + 5)
        if target in ("c", "d"):
            return "%d, '%d'" % (i % 7 + 1, i)
        if target == "u":
            return "'%032d'" % i
        return str(i)

    def item(self, table, target):
        key = self.key(target)
        if table != "deferring":
            return key
        if target == "u":
            return "'%s'" % self.rng.choice([key[1:-1], "{%s}" % key[1:-1]])
        return "'%s%s'" % (self.rng.choice(["", "", "0"]), key)

    def targets_of(self, table):
        _, targets, _ = REFERENCING[table]
        if self.native and table == "deferring":
            return ("a",)
        return targets

    def pair(self, table):
        target = self.rng.choice(self.targets_of(table))
        return "'%s', %s" % (target, self.item(table, target))

    def row_number(self, table):
        return self.rng.randint(1, REFERENCING[table][2])

    def statement(self):
        """(sql, what COPY reads)"""
        roll = self.rng.random()
        if roll < 0.5:
            return self.of_reference(self.rng.choice(list(REFERENCING)))
        if roll < 0.62:
            return self.of_node(), ""
        if roll < 0.68:
            return self.of_many(), ""
        return self.of_target(self.rng.choice(("a", "a", "p", "p", "u", "c", "d"))), ""

    def of_reference(self, table):
        columns = REFERENCING[table][0]
        into = "%s (n, collection, %s)" % (table, columns)
        n = self.row_number(table)
        kind = self.rng.randrange(11)
        where = " WHERE n = %d" % n
        if kind <= 1:
            return "INSERT INTO %s VALUES (%d, %s) ON CONFLICT DO NOTHING" % (into, n, self.pair(table)), ""
        if kind == 2:
            return "INSERT INTO %s SELECT n, %s FROM generate_series(%d, %d) n ON CONFLICT DO NOTHING" % (
                into, self.pair(table), n, n + 5), ""
        if kind == 3:
            return "INSERT INTO %s VALUES (%d, %s) ON CONFLICT (n) DO UPDATE SET collection = excluded.collection, %s" % (
                into, n, self.pair(table), ", ".join("%s = excluded.%s" % (c, c) for c in columns.split(", "))), ""
        if kind == 4:
            row = self.pair(table).replace("'", "").replace(", ", "\t")
            return "DELETE FROM %s%s; COPY %s FROM STDIN" % (table, where, into), "%d\t%s\n" % (n, row)
        if kind == 5:
            return ("MERGE INTO %s m USING (SELECT %d AS n) s ON m.n = s.n WHEN MATCHED THEN UPDATE SET (collection, %s) = (%s)"
                    " WHEN NOT MATCHED THEN INSERT (n, collection, %s) VALUES (s.n, %s)" % (
                        table, n, columns, self.pair(table), columns, self.pair(table))), ""
        if kind == 6:
            return "UPDATE %s SET (collection, %s) = (%s)%s" % (table, columns, self.pair(table), where), ""
        if kind == 7:
            other = self.rng.choice(self.targets_of(table))
            return "UPDATE %s SET collection = '%s' WHERE n %% 50 = %d" % (table, other, n % 50), ""
        if kind == 8:
            # in a partitioned table often to another partition
            return "UPDATE %s SET n = %d%s" % (table, self.row_number(table), where), ""
        if kind == 9:
            return "UPDATE %s SET note = 'touched' WHERE n %% 50 = %d" % (table, n % 50), ""
        return "DELETE FROM %s WHERE n %% 50 = %d" % (table, n % 50), ""

    def of_target(self, table):
        columns = "x, y" if table in ("c", "d") else "id"
        it = " WHERE (%s) = (%s)" % (columns, self.key(table))
        insert = "INSERT INTO %s (%s) VALUES (%s) ON CONFLICT DO NOTHING" % (table, columns, self.key(table))
        kind = self.rng.randrange(8)
        if kind <= 2:
            return insert
        if kind == 3:
            return "DELETE FROM %s%s" % (table, it)
        if kind == 4:
            key = self.key(table)
            return "DELETE FROM %s WHERE (%s) = (%s); INSERT INTO %s (%s) VALUES (%s)" % (
                table, columns, key, table, columns, key)
        if kind == 5:
            return "UPDATE %s SET (%s) = ROW(%s)%s" % (table, columns, self.key(table), it)
        if kind == 6:
            return "UPDATE %s SET note = note || '.'%s" % (table, it)
        return "SELECT FROM %s%s FOR %s" % (table, it, self.rng.choice(("UPDATE", "NO KEY UPDATE", "SHARE", "KEY SHARE")))

    def of_node(self):
        i, j = self.rng.randint(1, IDS), self.rng.randint(1, IDS)
        kind = self.rng.randrange(6)
        parent = "node" if self.native else self.rng.choice(("node", "node", "a"))
        if kind <= 1:
            return "INSERT INTO node (id, collection, item) VALUES (%d, '%s', %d) ON CONFLICT DO NOTHING" % (i, parent, j)
        if kind == 2:
            return "INSERT INTO node (id) SELECT generate_series(%d, %d) ON CONFLICT DO NOTHING" % (i, i + 3)
        if kind == 3:
            return "UPDATE node SET collection = '%s', item = %d WHERE id = %d" % (parent, j, i)
        if kind == 4:
            return "UPDATE node SET id = %d WHERE id = %d" % (j, i)
        return "DELETE FROM node WHERE id = %d" % i

    def of_many(self):
        i = self.rng.randint(1, WIDE_IDS)
        some = "BETWEEN %d AND %d" % (i, i + self.rng.choice((50, 100, 200)))
        kind = self.rng.randrange(8)
        if kind <= 2:
            return ("INSERT INTO wide (n, collection, item) SELECT id + %d, 'w', id FROM w WHERE id %s ON CONFLICT DO NOTHING"
                    % (self.rng.randrange(10) * WIDE_IDS, some))
        if kind <= 4:
            return "INSERT INTO w (id) SELECT i FROM generate_series(1, %d) i WHERE i %s ON CONFLICT DO NOTHING" % (WIDE_IDS, some)
        if kind == 5:
            return "DELETE FROM w WHERE id %s AND id %% 3 = %d" % (some, i % 3)
        if kind == 6:
            return "UPDATE w SET note = 'touched' WHERE id %s AND id %% 3 = %d" % (some, i % 3)
        return "UPDATE w SET id = %d WHERE id = %d" % (self.rng.randint(1, WIDE_IDS), i)


class Client:
    """one connection that plays transactions until it is told to stop, or the server goes"""

    EXPECTED = EXPECTED

    def __init__(self, number, seed, native, statistics):
        self.session = Session("hammer %d" % number)
        self.session.do("SET search_path = hammer; SET deadlock_timeout = '20ms'")
        self.rng = random.Random("%s/%d" % (seed, number))
        self.roulette = Roulette(self.rng, native)
        self.counts = statistics

    def run(self, sql, to_copy=""):
        """whether it went well; what nobody expects ends the process"""
        result = self.session.run(sql, to_copy)
        outcome = result.sqlstate or "ok"
        self.counts[outcome] += 1
        if result.error and outcome not in self.EXPECTED:
            raise Unexpected("%s: %s\n#   in: %s\n#   context: %s" % (
                outcome, result.error["message"], sql, result.error["context"]))
        return result.error is None

    def transaction(self):
        begin = "BEGIN ISOLATION LEVEL " + self.rng.choice(LEVELS)
        if self.rng.random() < 0.3:
            begin += "; SET CONSTRAINTS ALL DEFERRED"
        self.run(begin)
        going = True
        for _ in range(self.rng.randint(1, 6)):
            if self.rng.random() < 0.3:
                going = self.subtransaction()
            else:
                going = self.run(*self.roulette.statement())
            if not going:
                break
        self.run("COMMIT" if going and self.rng.random() < 0.9 else "ROLLBACK")

    def subtransaction(self):
        self.run("SAVEPOINT s")
        for _ in range(self.rng.randint(1, 3)):
            if not self.run(*self.roulette.statement()):
                # the transaction goes on without what the savepoint held
                return self.run("ROLLBACK TO SAVEPOINT s")
        return self.run(self.rng.choice(("ROLLBACK TO SAVEPOINT s", "RELEASE SAVEPOINT s")))


class Unexpected(Exception):
    pass


class Builder(Client):
    """one that changes the tables' definitions instead: what others keep of them must not outlive that"""

    STATEMENTS = (
        "REINDEX TABLE CONCURRENTLY a", "REINDEX TABLE CONCURRENTLY c", "REINDEX TABLE CONCURRENTLY cascading",
        "REINDEX TABLE a", "CLUSTER a USING a_pkey", "VACUUM FULL cascading", "VACUUM", "ANALYZE",
        "ALTER TABLE {a} ADD COLUMN x int DEFAULT 7", "ALTER TABLE {a} DROP COLUMN x",
        "ALTER TABLE cascading ADD COLUMN x int", "ALTER TABLE cascading DROP COLUMN x",
        "ALTER TABLE nulling ADD COLUMN x int", "ALTER TABLE nulling DROP COLUMN x",
        "CREATE INDEX CONCURRENTLY more ON cascading (item, collection)", "DROP INDEX CONCURRENTLY more",
        "SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE application_name ~ '^hammer [1-9]' ORDER BY random() LIMIT 1",
        "CREATE TABLE p_more PARTITION OF p FOR VALUES FROM (1000) TO (1100)", "ALTER TABLE p DETACH PARTITION p_more; DROP TABLE p_more",
        "CREATE TRIGGER zzz AFTER INSERT OR UPDATE ON cascading FOR EACH ROW EXECUTE FUNCTION nothing()",
        "DROP TRIGGER zzz ON cascading",
        "CREATE TRIGGER zzz AFTER DELETE ON a FOR EACH ROW EXECUTE FUNCTION nothing()", "DROP TRIGGER zzz ON a",
    )
    OF_RELATIONS = tuple(
        "SELECT FROM relations.relations r, relations.update_relation(r.id, '{\"on_delete\": \"%s\"}')"
        " WHERE r.many_collection = 'cascading' AND r.many_field = 'item'" % action
        for action in ("CASCADE", "SET NULL", "NO ACTION", "RESTRICT"))
    # what is there already, or not there; locks that are not had in time
    EXPECTED = EXPECTED | {"42701", "42703", "42P07", "42704", "42710", "42P01", "55P03"}

    def transaction(self):
        self.run("SET lock_timeout = '300ms'")
        of_relations = () if self.roulette.native else self.OF_RELATIONS * 2
        # a column of a partition is one of the whole
        a = "t" if self.roulette.native else "a"
        self.run(self.rng.choice(self.STATEMENTS + of_relations).replace("{a}", a))
        for (index,) in self.session.do("SELECT indexrelid::regclass FROM pg_index WHERE NOT indisvalid"
                                        " AND indrelid::regclass::text IN ('a', 'c', 'cascading')"):
            self.run("DROP INDEX IF EXISTS %s" % index)
        time.sleep(self.rng.random() / 10)


def play(number, seed, native, until, may_be_lost, result):
    """a process: its counts of outcomes, and what went wrong"""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    counts = collections.Counter()
    wrong = None
    try:
        client = (Client if number else Builder)(number, seed, native, counts)
        while time.time() < until:
            client.transaction()
            counts["transactions"] += 1
    except Unexpected as e:
        wrong = str(e)
    except Lost as e:
        if not may_be_lost:
            wrong = "connection lost: %s" % e
    except Exception:
        wrong = traceback.format_exc()
    result.send((counts, wrong))


class Report:
    def __init__(self):
        self.failed = False

    def __call__(self, good, text):
        self.failed = self.failed or not good
        print("%s - %s" % ("ok" if good else "not ok", text))
        sys.stdout.flush()


def drop(schema):
    session = Session("hammer setup")
    session.do("SET client_min_messages = warning")
    session.do("DELETE FROM relations.relations WHERE many_collection LIKE '%s.%%'" % schema)
    session.do("DROP SCHEMA IF EXISTS %s CASCADE" % schema)
    session.close()


def create(native, schema):
    drop(schema)
    session = Session("hammer setup")
    session.do("CREATE SCHEMA %s; SET search_path = %s" % (schema, schema))
    for text in (TABLES.format(text="int" if native else "text"), NATIVE if native else ANY):
        # the relations name partitioned targets, which need their partitions by then
        for statement in text.split(";\n"):
            if statement.strip():
                session.do(statement)
    for i in range(4):
        session.do("CREATE TABLE p_%d PARTITION OF p FOR VALUES FROM (%d) TO (%d)" % (i, i * 50 + 1, i * 50 + 51))
    session.do(ROWS.format(ids=IDS, parted_ids=PARTED_IDS, wide_ids=WIDE_IDS))
    session.close()


def orphans():
    """by table, with nothing in the query that could share a fault with what is tested"""
    session = Session("hammer check")
    session.do("SET search_path = hammer; SET enable_indexscan = off; SET enable_indexonlyscan = off;"
               "SET enable_bitmapscan = off")
    found = {}
    for table, key, targets in (
            ("cascading", "item::text", "a p"), ("nulling", "item::text", "a p"), ("deferring", "item::text", "a u"),
            ("defaulting", "x || '/' || y", "c d"), ("node", "item::text", "node a"), ("wide", "item::text", "w")):
        target_key = "x || '/' || y" if table == "defaulting" else "id::text"
        union = " UNION ALL ".join("SELECT '%s' AS c, %s AS k FROM %s" % (t, target_key, t) for t in targets.split())
        halves = "item IS NULL" if table != "defaulting" else "x IS NULL"
        found[table] = int(session.value(
            "SELECT count(*) FROM %s r WHERE (collection IS NULL) <> (%s) OR collection IS NOT NULL"
            " AND NOT EXISTS (SELECT FROM (%s) t WHERE t.c = r.collection AND t.k = r.%s)"
            % (table, halves, union, key if table != "defaulting" else "x || '/' || r.y")))
    left = session.value("SELECT (SELECT count(*) FROM cascading) || ' ' || (SELECT count(*) FROM nulling) || ' ' ||"
                         "(SELECT count(*) FROM deferring) || ' ' || (SELECT count(*) FROM defaulting) || ' ' ||"
                         "(SELECT count(*) FROM node WHERE item IS NOT NULL) || ' ' || (SELECT count(*) FROM wide)")
    session.close()
    return found, left


def hammer(args, native, seconds, number, report, counts, kill=None):
    """one stretch, at the end of which the server may be killed; then the check"""
    until = time.time() + seconds + (30 if kill else 0)
    # pipes, since a queue needs a writable /dev/shm, which a chroot may not have
    results, ends = zip(*[multiprocessing.Pipe(duplex=False) for _ in range(args.clients + 1)])
    clients = [multiprocessing.Process(target=play, args=(i, "%s/%d" % (args.seed, number), native, until,
                                                        kill is not None, end)) for i, end in enumerate(ends)]
    for client in clients:
        client.start()
    if kill:
        time.sleep(seconds)
        kill()
    wrongs = []
    for result in results:
        of_client, wrong = result.recv()
        counts.update(of_client)
        if wrong:
            wrongs.append(wrong)
    for client in clients:
        client.join()
    for wrong in wrongs:
        report(False, "no client sees an error that it need not expect\n# " + wrong)
    if kill:
        wait_for_server()
    found, left = orphans()
    report(not any(found.values()), "no orphans after %s%s: references left %s%s" % (
        "kill %d" % number if kill else "%d s" % seconds, "" if not kill else " (%s)" % kill.__name__.replace("_", " "),
        left, "" if not any(found.values()) else "; orphans %s" % found))


def wait_for_server():
    for _ in range(600):
        try:
            Session("hammer check").close()
            return
        except Lost:
            time.sleep(0.1)
    raise Lost("the server did not come back within a minute")


def killers(data):
    """the two ways to kill a server, in turn: a backend, whereupon it restarts itself, and all of it"""

    def postmaster():
        with open(os.path.join(data, "postmaster.pid")) as f:
            return int(f.readline())

    def a_backend():
        session = Session("hammer kill")
        victim = session.value("SELECT pid FROM pg_stat_activity WHERE application_name ~ '^hammer [0-9]+$'"
                               " ORDER BY state = 'active' DESC, random() LIMIT 1")
        session.close()
        os.kill(int(victim), signal.SIGKILL)

    def the_whole_server():
        pid = postmaster()
        killed = [pid] + children_of(pid)
        for one in killed:
            with contextlib.suppress(ProcessLookupError):
                os.kill(one, signal.SIGKILL)
        # a server does not start where it sees one, and a dead process is seen until somebody has asked for its end
        while any(os.path.exists("/proc/%d" % one) for one in killed):
            time.sleep(0.05)
        subprocess.run(["pg_ctl", "-D", data, "-l", os.path.join(data, "..", "server.log"), "-w", "-s", "start"],
                       check=True, stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    return a_backend, the_whole_server


def children_of(pid):
    children = []
    for entry in filter(str.isdigit, os.listdir("/proc")):
        with contextlib.suppress(OSError), open("/proc/%s/stat" % entry) as f:
            # the name, in brackets, may have spaces
            if int(f.read().rpartition(")")[2].split()[1]) == pid:
                children.append(int(entry))
    return children


def main():
    parser = argparse.ArgumentParser(usage=__doc__.strip().splitlines()[0])
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--clients", type=int, default=8)
    parser.add_argument("--kill", type=int, default=0)
    parser.add_argument("--data")
    parser.add_argument("--log")
    parser.add_argument("--seed", default=str(random.randrange(10**9)))
    parser.add_argument("--twin", choices=("any", "native"), default="any")
    args = parser.parse_args()
    native = args.twin == "native"
    if args.kill and not args.data:
        parser.error("--kill needs --data")

    report = Report()
    counts = collections.Counter()
    create(native, "hammer")
    stretch = args.seconds / (args.kill + 1)
    for i in range(args.kill):
        hammer(args, native, stretch, i + 1, report, counts, killers(args.data)[i % 2])
    hammer(args, native, stretch, args.kill + 1, report, counts)
    if args.log:
        report(not internal_errors(args.log), "no internal error in the server's log")
    transactions = counts.pop("transactions", 0)
    report(counts["ok"] > 0 and transactions > 0, "%d transactions by %d clients in %d s; outcomes of statements: %s" % (
        transactions, args.clients, args.seconds, ", ".join("%s %d" % c for c in counts.most_common())))
    if report.failed:
        print("# seed %s" % args.seed)
    else:
        drop("hammer")
    return 1 if report.failed else 0


def internal_errors(log):
    """log lines begin with the SQLSTATE (log_line_prefix = '%e '); REINDEX warns of what a kill left by one of class XX"""
    crashed = ("TRAP:", "was terminated by signal 11", "was terminated by signal 6")
    with open(log, errors="replace") as f:
        lines = [line for line in f if re.match("XX... (ERROR|FATAL|PANIC)", line) or any(c in line for c in crashed)]
    for line in lines[:20]:
        print("# " + line.rstrip())
    return lines


if __name__ == "__main__":
    sys.exit(main())
