\echo Use "ALTER EXTENSION relations UPDATE TO '0.2'" to load this file. \quit

-- What became different in objects that 0.1 had. The SQL of the layers that are
-- new since then follows, joined by make.
