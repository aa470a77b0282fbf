-- run: tables in a schema of their own, in both databases
SET client_min_messages = warning;
CREATE SCHEMA related;
CREATE TABLE related.country (id integer PRIMARY KEY);
CREATE TABLE related.cities (id integer PRIMARY KEY, country integer REFERENCES related.country);
CREATE TABLE related.goal (id integer PRIMARY KEY) PARTITION BY RANGE (id);
CREATE TABLE related.goal_1 PARTITION OF related.goal FOR VALUES FROM (0) TO (10);
CREATE TABLE related.refs (kind text, item integer);
