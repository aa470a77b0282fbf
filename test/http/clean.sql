-- Takes back what world.sql and the requests made.
\set ON_ERROR_STOP 1
SET client_min_messages = warning;
DELETE FROM relations.relations WHERE many_collection LIKE 'http.%';
DROP SCHEMA IF EXISTS http CASCADE;
DROP ROLE IF EXISTS http_editor;
DROP ROLE IF EXISTS http_reader;
