-- world-0.1.sql: the database of world.sql as version 0.1 made it, and pg_dump of PostgreSQL 15
-- dumped it; whose versions and owner are taken out.
SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;

-- Name: Shop, "new"; Type: SCHEMA; Schema: -; Owner: postgres

CREATE SCHEMA "Shop, ""new""";

-- Name: aaa; Type: SCHEMA; Schema: -; Owner: postgres

CREATE SCHEMA aaa;

-- Name: relations; Type: EXTENSION; Schema: -; Owner: -

CREATE EXTENSION IF NOT EXISTS relations WITH SCHEMA pg_catalog;

-- Name: EXTENSION relations; Type: COMMENT; Schema: -; Owner: 

COMMENT ON EXTENSION relations IS 'relations between tables: registered once, enforced and resolved by the database';

-- Name: zoo; Type: SCHEMA; Schema: -; Owner: keeper

CREATE SCHEMA zoo;

ALTER SCHEMA zoo OWNER TO keeper;

SET default_tablespace = '';

SET default_table_access_method = heap;

-- Name: Note; Type: TABLE; Schema: Shop, "new"; Owner: postgres

CREATE TABLE "Shop, ""new"""."Note" (
    id integer NOT NULL,
    tenant integer,
    about integer,
    kind text
);

-- Name: Order; Type: TABLE; Schema: Shop, "new"; Owner: postgres

CREATE TABLE "Shop, ""new"""."Order" (
    "The tenant" integer NOT NULL,
    id integer NOT NULL
);

-- Name: Order("Shop, ""new"""."Note"); Type: FUNCTION; Schema: Shop, "new"; Owner: postgres

CREATE FUNCTION "Shop, ""new"""."Order"("Shop, ""new"""."Note") RETURNS SETOF "Shop, ""new"""."Order"
    LANGUAGE sql STABLE ROWS 1 PARALLEL SAFE
    AS $_$SELECT t.* FROM "Shop, ""new"""."Order" t WHERE t."The tenant" OPERATOR(pg_catalog.=) $1.tenant AND t.id OPERATOR(pg_catalog.=) $1.about AND $1.kind OPERATOR(pg_catalog.=) 'o'$_$;
ALTER FUNCTION "Shop, ""new"""."Order"("Shop, ""new"""."Note") DEPENDS ON EXTENSION relations;

-- Name: Return; Type: TABLE; Schema: Shop, "new"; Owner: postgres

CREATE TABLE "Shop, ""new"""."Return" (
    "The tenant" integer NOT NULL,
    id integer NOT NULL
);

-- Name: Return("Shop, ""new"""."Note"); Type: FUNCTION; Schema: Shop, "new"; Owner: postgres

CREATE FUNCTION "Shop, ""new"""."Return"("Shop, ""new"""."Note") RETURNS SETOF "Shop, ""new"""."Return"
    LANGUAGE sql STABLE ROWS 1 PARALLEL SAFE
    AS $_$SELECT t.* FROM "Shop, ""new"""."Return" t WHERE t.id OPERATOR(pg_catalog.=) $1.tenant AND t."The tenant" OPERATOR(pg_catalog.=) $1.about AND $1.kind OPERATOR(pg_catalog.=) 'r'$_$;
ALTER FUNCTION "Shop, ""new"""."Return"("Shop, ""new"""."Note") DEPENDS ON EXTENSION relations;

-- Name: Item; Type: TABLE; Schema: Shop, "new"; Owner: postgres

CREATE TABLE "Shop, ""new"""."Item" (
    id integer NOT NULL,
    "The tenant" integer,
    "of ""order""" integer
);

-- Name: The items("Shop, ""new"""."Order"); Type: FUNCTION; Schema: Shop, "new"; Owner: postgres

CREATE FUNCTION "Shop, ""new"""."The items"("Shop, ""new"""."Order") RETURNS SETOF "Shop, ""new"""."Item"
    LANGUAGE sql STABLE ROWS 10 PARALLEL SAFE
    AS $_$SELECT t.* FROM "Shop, ""new"""."Item" t WHERE t."The tenant" OPERATOR(pg_catalog.=) $1."The tenant" AND t."of ""order""" OPERATOR(pg_catalog.=) $1.id$_$;
ALTER FUNCTION "Shop, ""new"""."The items"("Shop, ""new"""."Order") DEPENDS ON EXTENSION relations;

-- Name: The tenant_of "order"("Shop, ""new"""."Item"); Type: FUNCTION; Schema: Shop, "new"; Owner: postgres

CREATE FUNCTION "Shop, ""new"""."The tenant_of ""order"""("Shop, ""new"""."Item") RETURNS SETOF "Shop, ""new"""."Order"
    LANGUAGE sql STABLE ROWS 1 PARALLEL SAFE
    AS $_$SELECT t.* FROM "Shop, ""new"""."Order" t WHERE t."The tenant" OPERATOR(pg_catalog.=) $1."The tenant" AND t.id OPERATOR(pg_catalog.=) $1."of ""order"""$_$;
ALTER FUNCTION "Shop, ""new"""."The tenant_of ""order"""("Shop, ""new"""."Item") DEPENDS ON EXTENSION relations;

-- Name: notes("Shop, ""new"""."Order"); Type: FUNCTION; Schema: Shop, "new"; Owner: postgres

CREATE FUNCTION "Shop, ""new""".notes("Shop, ""new"""."Order") RETURNS SETOF "Shop, ""new"""."Note"
    LANGUAGE sql STABLE ROWS 10 PARALLEL SAFE
    AS $_$SELECT t.* FROM "Shop, ""new"""."Note" t WHERE t.kind OPERATOR(pg_catalog.=) 'o' AND t.tenant OPERATOR(pg_catalog.=) $1."The tenant" AND t.about OPERATOR(pg_catalog.=) $1.id$_$;
ALTER FUNCTION "Shop, ""new""".notes("Shop, ""new"""."Order") DEPENDS ON EXTENSION relations;

-- Name: notes("Shop, ""new"""."Return"); Type: FUNCTION; Schema: Shop, "new"; Owner: postgres

CREATE FUNCTION "Shop, ""new""".notes("Shop, ""new"""."Return") RETURNS SETOF "Shop, ""new"""."Note"
    LANGUAGE sql STABLE ROWS 10 PARALLEL SAFE
    AS $_$SELECT t.* FROM "Shop, ""new"""."Note" t WHERE t.kind OPERATOR(pg_catalog.=) 'r' AND t.tenant OPERATOR(pg_catalog.=) $1.id AND t.about OPERATOR(pg_catalog.=) $1."The tenant"$_$;
ALTER FUNCTION "Shop, ""new""".notes("Shop, ""new"""."Return") DEPENDS ON EXTENSION relations;

-- Name: recipe_ingredient; Type: TABLE; Schema: aaa; Owner: postgres

CREATE TABLE aaa.recipe_ingredient (
    id bigint NOT NULL,
    recipe_id integer NOT NULL,
    ingredient_id bigint NOT NULL,
    sort integer
);

-- Name: ingredient; Type: TABLE; Schema: zoo; Owner: postgres

CREATE TABLE zoo.ingredient (
    id bigint NOT NULL,
    name text
);

-- Name: ingredient_id(aaa.recipe_ingredient); Type: FUNCTION; Schema: aaa; Owner: postgres

CREATE FUNCTION aaa.ingredient_id(aaa.recipe_ingredient) RETURNS SETOF zoo.ingredient
    LANGUAGE sql STABLE ROWS 1 PARALLEL SAFE
    AS $_$SELECT t.* FROM zoo.ingredient t WHERE t.id OPERATOR(pg_catalog.=) $1.ingredient_id$_$;
ALTER FUNCTION aaa.ingredient_id(aaa.recipe_ingredient) DEPENDS ON EXTENSION relations;

-- Name: recipe; Type: TABLE; Schema: aaa; Owner: postgres

CREATE TABLE aaa.recipe (
    id integer NOT NULL,
    title text
);

-- Name: ingredients(aaa.recipe); Type: FUNCTION; Schema: aaa; Owner: postgres

CREATE FUNCTION aaa.ingredients(aaa.recipe) RETURNS SETOF aaa.recipe_ingredient
    LANGUAGE sql STABLE ROWS 10 PARALLEL SAFE
    AS $_$SELECT t.* FROM aaa.recipe_ingredient t WHERE t.recipe_id OPERATOR(pg_catalog.=) $1.id$_$;
ALTER FUNCTION aaa.ingredients(aaa.recipe) DEPENDS ON EXTENSION relations;

-- Name: recipe_translations; Type: TABLE; Schema: aaa; Owner: postgres

CREATE TABLE aaa.recipe_translations (
    id bigint NOT NULL,
    recipe_id integer NOT NULL,
    language_code text NOT NULL,
    title text
);

-- Name: language; Type: TABLE; Schema: public; Owner: postgres

CREATE TABLE public.language (
    code text NOT NULL
);

-- Name: language_code(aaa.recipe_translations); Type: FUNCTION; Schema: aaa; Owner: postgres

CREATE FUNCTION aaa.language_code(aaa.recipe_translations) RETURNS SETOF public.language
    LANGUAGE sql STABLE ROWS 1 PARALLEL SAFE
    AS $_$SELECT t.* FROM public.language t WHERE t.code OPERATOR(pg_catalog.=) $1.language_code$_$;
ALTER FUNCTION aaa.language_code(aaa.recipe_translations) DEPENDS ON EXTENSION relations;

-- Name: recipe_recipe; Type: TABLE; Schema: aaa; Owner: postgres

CREATE TABLE aaa.recipe_recipe (
    id bigint NOT NULL,
    recipe_id integer NOT NULL,
    related_recipe_id integer NOT NULL
);

-- Name: like_this(aaa.recipe); Type: FUNCTION; Schema: aaa; Owner: postgres

CREATE FUNCTION aaa.like_this(aaa.recipe) RETURNS SETOF aaa.recipe_recipe
    LANGUAGE sql STABLE ROWS 10 PARALLEL SAFE
    AS $_$SELECT t.* FROM aaa.recipe_recipe t WHERE t.recipe_id OPERATOR(pg_catalog.=) $1.id$_$;
ALTER FUNCTION aaa.like_this(aaa.recipe) DEPENDS ON EXTENSION relations;

-- Name: liked_by(aaa.recipe); Type: FUNCTION; Schema: aaa; Owner: postgres

CREATE FUNCTION aaa.liked_by(aaa.recipe) RETURNS SETOF aaa.recipe_recipe
    LANGUAGE sql STABLE ROWS 10 PARALLEL SAFE
    AS $_$SELECT t.* FROM aaa.recipe_recipe t WHERE t.related_recipe_id OPERATOR(pg_catalog.=) $1.id$_$;
ALTER FUNCTION aaa.liked_by(aaa.recipe) DEPENDS ON EXTENSION relations;

-- Name: recipe_id(aaa.recipe_ingredient); Type: FUNCTION; Schema: aaa; Owner: postgres

CREATE FUNCTION aaa.recipe_id(aaa.recipe_ingredient) RETURNS SETOF aaa.recipe
    LANGUAGE sql STABLE ROWS 1 PARALLEL SAFE
    AS $_$SELECT t.* FROM aaa.recipe t WHERE t.id OPERATOR(pg_catalog.=) $1.recipe_id$_$;
ALTER FUNCTION aaa.recipe_id(aaa.recipe_ingredient) DEPENDS ON EXTENSION relations;

-- Name: recipe_id(aaa.recipe_recipe); Type: FUNCTION; Schema: aaa; Owner: postgres

CREATE FUNCTION aaa.recipe_id(aaa.recipe_recipe) RETURNS SETOF aaa.recipe
    LANGUAGE sql STABLE ROWS 1 PARALLEL SAFE
    AS $_$SELECT t.* FROM aaa.recipe t WHERE t.id OPERATOR(pg_catalog.=) $1.recipe_id$_$;
ALTER FUNCTION aaa.recipe_id(aaa.recipe_recipe) DEPENDS ON EXTENSION relations;

-- Name: recipe_id(aaa.recipe_translations); Type: FUNCTION; Schema: aaa; Owner: postgres

CREATE FUNCTION aaa.recipe_id(aaa.recipe_translations) RETURNS SETOF aaa.recipe
    LANGUAGE sql STABLE ROWS 1 PARALLEL SAFE
    AS $_$SELECT t.* FROM aaa.recipe t WHERE t.id OPERATOR(pg_catalog.=) $1.recipe_id$_$;
ALTER FUNCTION aaa.recipe_id(aaa.recipe_translations) DEPENDS ON EXTENSION relations;

-- Name: related_recipe_id(aaa.recipe_recipe); Type: FUNCTION; Schema: aaa; Owner: postgres

CREATE FUNCTION aaa.related_recipe_id(aaa.recipe_recipe) RETURNS SETOF aaa.recipe
    LANGUAGE sql STABLE ROWS 1 PARALLEL SAFE
    AS $_$SELECT t.* FROM aaa.recipe t WHERE t.id OPERATOR(pg_catalog.=) $1.related_recipe_id$_$;
ALTER FUNCTION aaa.related_recipe_id(aaa.recipe_recipe) DEPENDS ON EXTENSION relations;

-- Name: translations(aaa.recipe); Type: FUNCTION; Schema: aaa; Owner: postgres

CREATE FUNCTION aaa.translations(aaa.recipe) RETURNS SETOF aaa.recipe_translations
    LANGUAGE sql STABLE ROWS 10 PARALLEL SAFE
    AS $_$SELECT t.* FROM aaa.recipe_translations t WHERE t.recipe_id OPERATOR(pg_catalog.=) $1.id$_$;
ALTER FUNCTION aaa.translations(aaa.recipe) DEPENDS ON EXTENSION relations;

-- Name: capital; Type: TABLE; Schema: public; Owner: postgres

CREATE TABLE public.capital (
    id integer NOT NULL,
    country integer NOT NULL
);

-- Name: country; Type: TABLE; Schema: public; Owner: postgres

CREATE TABLE public.country (
    id integer NOT NULL,
    name text
);

-- Name: capital(public.country); Type: FUNCTION; Schema: public; Owner: postgres

CREATE FUNCTION public.capital(public.country) RETURNS SETOF public.capital
    LANGUAGE sql STABLE ROWS 1 PARALLEL SAFE
    AS $_$SELECT t.* FROM public.capital t WHERE t.country OPERATOR(pg_catalog.=) $1.id$_$;
ALTER FUNCTION public.capital(public.country) DEPENDS ON EXTENSION relations;

-- Name: city; Type: TABLE; Schema: public; Owner: postgres

CREATE TABLE public.city (
    id integer NOT NULL,
    name text,
    country integer,
    place integer,
    latest integer
);

-- Name: cities(public.country); Type: FUNCTION; Schema: public; Owner: postgres

CREATE FUNCTION public.cities(public.country) RETURNS SETOF public.city
    LANGUAGE sql STABLE ROWS 10 PARALLEL SAFE
    AS $_$SELECT t.* FROM public.city t WHERE t.country OPERATOR(pg_catalog.=) $1.id$_$;
ALTER FUNCTION public.cities(public.country) DEPENDS ON EXTENSION relations;

-- Name: page; Type: TABLE; Schema: public; Owner: postgres

CREATE TABLE public.page (
    id integer NOT NULL,
    title text
);

-- Name: comment; Type: TABLE; Schema: zoo; Owner: postgres

CREATE TABLE zoo.comment (
    id integer NOT NULL,
    commentable_type text,
    commentable_id text,
    body text
);

-- Name: comments(public.page); Type: FUNCTION; Schema: public; Owner: postgres

CREATE FUNCTION public.comments(public.page) RETURNS SETOF zoo.comment
    LANGUAGE sql STABLE ROWS 10 PARALLEL SAFE
    AS $_$SELECT t.* FROM zoo.comment t WHERE (t.commentable_type OPERATOR(pg_catalog.=) 'Page' OR t.commentable_type OPERATOR(pg_catalog.=) E'App\\Old''Page') AND t.commentable_id OPERATOR(pg_catalog.=) CAST($1.id AS pg_catalog.text)$_$;
ALTER FUNCTION public.comments(public.page) DEPENDS ON EXTENSION relations;

-- Name: a_section; Type: TABLE; Schema: public; Owner: postgres

CREATE TABLE public.a_section (
    id bigint NOT NULL,
    page_id integer NOT NULL,
    collection text NOT NULL,
    item integer NOT NULL,
    sort integer
);

-- Name: content(public.page); Type: FUNCTION; Schema: public; Owner: postgres

CREATE FUNCTION public.content(public.page) RETURNS SETOF public.a_section
    LANGUAGE sql STABLE ROWS 10 PARALLEL SAFE
    AS $_$SELECT t.* FROM public.a_section t WHERE t.page_id OPERATOR(pg_catalog.=) $1.id$_$;
ALTER FUNCTION public.content(public.page) DEPENDS ON EXTENSION relations;

-- Name: country(public.capital); Type: FUNCTION; Schema: public; Owner: postgres

CREATE FUNCTION public.country(public.capital) RETURNS SETOF public.country
    LANGUAGE sql STABLE ROWS 1 PARALLEL SAFE
    AS $_$SELECT t.* FROM public.country t WHERE t.id OPERATOR(pg_catalog.=) $1.country$_$;
ALTER FUNCTION public.country(public.capital) DEPENDS ON EXTENSION relations;

-- Name: country(public.city); Type: FUNCTION; Schema: public; Owner: postgres

CREATE FUNCTION public.country(public.city) RETURNS SETOF public.country
    LANGUAGE sql STABLE ROWS 1 PARALLEL SAFE
    AS $_$SELECT t.* FROM public.country t WHERE t.id OPERATOR(pg_catalog.=) $1.country$_$;
ALTER FUNCTION public.country(public.city) DEPENDS ON EXTENSION relations;

-- Name: entry; Type: TABLE; Schema: public; Owner: postgres

CREATE TABLE public.entry (
    id integer,
    what text,
    which integer
)
PARTITION BY HASH (id);

-- Name: event; Type: TABLE; Schema: public; Owner: postgres

CREATE TABLE public.event (
    id integer NOT NULL
)
PARTITION BY RANGE (id);

-- Name: entries(public.event); Type: FUNCTION; Schema: public; Owner: postgres

CREATE FUNCTION public.entries(public.event) RETURNS SETOF public.entry
    LANGUAGE sql STABLE ROWS 10 PARALLEL SAFE
    AS $_$SELECT t.* FROM public.entry t WHERE t.what OPERATOR(pg_catalog.=) 'event' AND t.which OPERATOR(pg_catalog.=) $1.id$_$;
ALTER FUNCTION public.entries(public.event) DEPENDS ON EXTENSION relations;

-- Name: heading; Type: TABLE; Schema: public; Owner: postgres

CREATE TABLE public.heading (
    id integer NOT NULL,
    title text
);

-- Name: entries(public.heading); Type: FUNCTION; Schema: public; Owner: postgres

CREATE FUNCTION public.entries(public.heading) RETURNS SETOF public.entry
    LANGUAGE sql STABLE ROWS 10 PARALLEL SAFE
    AS $_$SELECT t.* FROM public.entry t WHERE t.what OPERATOR(pg_catalog.=) 'heading' AND t.which OPERATOR(pg_catalog.=) $1.id$_$;
ALTER FUNCTION public.entries(public.heading) DEPENDS ON EXTENSION relations;

-- Name: event(public.entry); Type: FUNCTION; Schema: public; Owner: postgres

CREATE FUNCTION public.event(public.entry) RETURNS SETOF public.event
    LANGUAGE sql STABLE ROWS 1 PARALLEL SAFE
    AS $_$SELECT t.* FROM public.event t WHERE t.id OPERATOR(pg_catalog.=) $1.which AND $1.what OPERATOR(pg_catalog.=) 'event'$_$;
ALTER FUNCTION public.event(public.entry) DEPENDS ON EXTENSION relations;

-- Name: heading(public.a_section); Type: FUNCTION; Schema: public; Owner: postgres

CREATE FUNCTION public.heading(public.a_section) RETURNS SETOF public.heading
    LANGUAGE sql STABLE ROWS 1 PARALLEL SAFE
    AS $_$SELECT t.* FROM public.heading t WHERE t.id OPERATOR(pg_catalog.=) $1.item AND $1.collection OPERATOR(pg_catalog.=) 'heading'$_$;
ALTER FUNCTION public.heading(public.a_section) DEPENDS ON EXTENSION relations;

-- Name: heading(public.entry); Type: FUNCTION; Schema: public; Owner: postgres

CREATE FUNCTION public.heading(public.entry) RETURNS SETOF public.heading
    LANGUAGE sql STABLE ROWS 1 PARALLEL SAFE
    AS $_$SELECT t.* FROM public.heading t WHERE t.id OPERATOR(pg_catalog.=) $1.which AND $1.what OPERATOR(pg_catalog.=) 'heading'$_$;
ALTER FUNCTION public.heading(public.entry) DEPENDS ON EXTENSION relations;

-- Name: mark; Type: TABLE; Schema: public; Owner: postgres

CREATE TABLE public.mark (
    id integer NOT NULL,
    kind text,
    what integer
);

-- Name: heading(public.mark); Type: FUNCTION; Schema: public; Owner: postgres

CREATE FUNCTION public.heading(public.mark) RETURNS SETOF public.heading
    LANGUAGE sql STABLE ROWS 1 PARALLEL SAFE
    AS $_$SELECT t.* FROM public.heading t WHERE t.id OPERATOR(pg_catalog.=) $1.what AND $1.kind OPERATOR(pg_catalog.=) 'heading'$_$;
ALTER FUNCTION public.heading(public.mark) DEPENDS ON EXTENSION relations;

-- Name: heading_view; Type: VIEW; Schema: public; Owner: postgres

CREATE VIEW public.heading_view AS
 SELECT heading.id,
    heading.title
   FROM public.heading;

-- Name: shown; Type: TABLE; Schema: public; Owner: postgres

CREATE TABLE public.shown (
    id integer NOT NULL,
    heading integer
);

-- Name: heading(public.shown); Type: FUNCTION; Schema: public; Owner: postgres

CREATE FUNCTION public.heading(public.shown) RETURNS SETOF public.heading_view
    LANGUAGE sql STABLE ROWS 1 PARALLEL SAFE
    AS $_$SELECT t.* FROM public.heading_view t WHERE t.id OPERATOR(pg_catalog.=) $1.heading$_$;
ALTER FUNCTION public.heading(public.shown) DEPENDS ON EXTENSION relations;

-- Name: marks(public.heading); Type: FUNCTION; Schema: public; Owner: postgres

CREATE FUNCTION public.marks(public.heading) RETURNS SETOF public.mark
    LANGUAGE sql STABLE ROWS 10 PARALLEL SAFE
    AS $_$SELECT t.* FROM public.mark t WHERE t.kind OPERATOR(pg_catalog.=) 'heading' AND t.what OPERATOR(pg_catalog.=) $1.id$_$;
ALTER FUNCTION public.marks(public.heading) DEPENDS ON EXTENSION relations;

-- Name: task; Type: TABLE; Schema: public; Owner: postgres

CREATE TABLE public.task (
    id integer NOT NULL,
    page integer
);

-- Name: marks(public.task); Type: FUNCTION; Schema: public; Owner: postgres

CREATE FUNCTION public.marks(public.task) RETURNS SETOF public.mark
    LANGUAGE sql STABLE ROWS 10 PARALLEL SAFE
    AS $_$SELECT t.* FROM public.mark t WHERE t.kind OPERATOR(pg_catalog.=) 'task' AND t.what OPERATOR(pg_catalog.=) $1.id$_$;
ALTER FUNCTION public.marks(public.task) DEPENDS ON EXTENSION relations;

-- Name: page(public.task); Type: FUNCTION; Schema: public; Owner: postgres

CREATE FUNCTION public.page(public.task) RETURNS SETOF public.page
    LANGUAGE sql STABLE ROWS 1 PARALLEL SAFE
    AS $_$SELECT t.* FROM public.page t WHERE t.id OPERATOR(pg_catalog.=) $1.page$_$;
ALTER FUNCTION public.page(public.task) DEPENDS ON EXTENSION relations;

-- Name: page_id(public.a_section); Type: FUNCTION; Schema: public; Owner: postgres

CREATE FUNCTION public.page_id(public.a_section) RETURNS SETOF public.page
    LANGUAGE sql STABLE ROWS 1 PARALLEL SAFE
    AS $_$SELECT t.* FROM public.page t WHERE t.id OPERATOR(pg_catalog.=) $1.page_id$_$;
ALTER FUNCTION public.page_id(public.a_section) DEPENDS ON EXTENSION relations;

-- Name: shown_in(public.heading_view); Type: FUNCTION; Schema: public; Owner: postgres

CREATE FUNCTION public.shown_in(public.heading_view) RETURNS SETOF public.shown
    LANGUAGE sql STABLE ROWS 10 PARALLEL SAFE
    AS $_$SELECT t.* FROM public.shown t WHERE t.heading OPERATOR(pg_catalog.=) $1.id$_$;
ALTER FUNCTION public.shown_in(public.heading_view) DEPENDS ON EXTENSION relations;

-- Name: task(public.mark); Type: FUNCTION; Schema: public; Owner: postgres

CREATE FUNCTION public.task(public.mark) RETURNS SETOF public.task
    LANGUAGE sql STABLE ROWS 1 PARALLEL SAFE
    AS $_$SELECT t.* FROM public.task t WHERE t.id OPERATOR(pg_catalog.=) $1.what AND $1.kind OPERATOR(pg_catalog.=) 'task'$_$;
ALTER FUNCTION public.task(public.mark) DEPENDS ON EXTENSION relations;

-- Name: tasks(public.page); Type: FUNCTION; Schema: public; Owner: postgres

CREATE FUNCTION public.tasks(public.page) RETURNS SETOF public.task
    LANGUAGE sql STABLE ROWS 10 PARALLEL SAFE
    AS $_$SELECT t.* FROM public.task t WHERE t.page OPERATOR(pg_catalog.=) $1.id$_$;
ALTER FUNCTION public.tasks(public.page) DEPENDS ON EXTENSION relations;

-- Name: text_block; Type: TABLE; Schema: zoo; Owner: postgres

CREATE TABLE zoo.text_block (
    id integer NOT NULL,
    body text
);

-- Name: text_block(public.a_section); Type: FUNCTION; Schema: public; Owner: postgres

CREATE FUNCTION public.text_block(public.a_section) RETURNS SETOF zoo.text_block
    LANGUAGE sql STABLE ROWS 1 PARALLEL SAFE
    AS $_$SELECT t.* FROM zoo.text_block t WHERE t.id OPERATOR(pg_catalog.=) $1.item AND $1.collection OPERATOR(pg_catalog.=) 'text_block'$_$;
ALTER FUNCTION public.text_block(public.a_section) DEPENDS ON EXTENSION relations;

-- Name: used_in(public.heading); Type: FUNCTION; Schema: public; Owner: postgres

CREATE FUNCTION public.used_in(public.heading) RETURNS SETOF public.a_section
    LANGUAGE sql STABLE ROWS 10 PARALLEL SAFE
    AS $_$SELECT t.* FROM public.a_section t WHERE t.collection OPERATOR(pg_catalog.=) 'heading' AND t.item OPERATOR(pg_catalog.=) $1.id$_$;
ALTER FUNCTION public.used_in(public.heading) DEPENDS ON EXTENSION relations;

-- Name: animal; Type: TABLE; Schema: zoo; Owner: keeper

CREATE TABLE zoo.animal (
    id integer NOT NULL,
    cage integer,
    kin_kind text,
    kin integer
);

ALTER TABLE zoo.animal OWNER TO keeper;

-- Name: animal(zoo.animal); Type: FUNCTION; Schema: zoo; Owner: keeper

CREATE FUNCTION zoo.animal(zoo.animal) RETURNS SETOF zoo.animal
    LANGUAGE sql STABLE ROWS 1 PARALLEL SAFE
    AS $_$SELECT t.* FROM zoo.animal t WHERE t.id OPERATOR(pg_catalog.=) $1.kin AND $1.kin_kind OPERATOR(pg_catalog.=) 'animal'$_$;
ALTER FUNCTION zoo.animal(zoo.animal) DEPENDS ON EXTENSION relations;

ALTER FUNCTION zoo.animal(zoo.animal) OWNER TO keeper;

-- Name: cage; Type: TABLE; Schema: zoo; Owner: keeper

CREATE TABLE zoo.cage (
    id integer NOT NULL
);

ALTER TABLE zoo.cage OWNER TO keeper;

-- Name: animal(zoo.cage); Type: FUNCTION; Schema: zoo; Owner: keeper

CREATE FUNCTION zoo.animal(zoo.cage) RETURNS SETOF zoo.animal
    LANGUAGE sql STABLE ROWS 10 PARALLEL SAFE
    AS $_$SELECT t.* FROM zoo.animal t WHERE t.cage OPERATOR(pg_catalog.=) $1.id$_$;
ALTER FUNCTION zoo.animal(zoo.cage) DEPENDS ON EXTENSION relations;

ALTER FUNCTION zoo.animal(zoo.cage) OWNER TO keeper;

-- Name: cage(zoo.animal); Type: FUNCTION; Schema: zoo; Owner: keeper

CREATE FUNCTION zoo.cage(zoo.animal) RETURNS SETOF zoo.cage
    LANGUAGE sql STABLE ROWS 1 PARALLEL SAFE
    AS $_$SELECT t.* FROM zoo.cage t WHERE t.id OPERATOR(pg_catalog.=) $1.cage$_$;
ALTER FUNCTION zoo.cage(zoo.animal) DEPENDS ON EXTENSION relations;

ALTER FUNCTION zoo.cage(zoo.animal) OWNER TO keeper;

-- Name: day; Type: TABLE; Schema: zoo; Owner: postgres

CREATE TABLE zoo.day (
    day date NOT NULL
);

-- Name: comments(zoo.day); Type: FUNCTION; Schema: zoo; Owner: postgres

CREATE FUNCTION zoo.comments(zoo.day) RETURNS SETOF zoo.comment
    LANGUAGE sql STABLE ROWS 10 PARALLEL SAFE
    AS $_$SELECT t.* FROM zoo.comment t WHERE t.commentable_type OPERATOR(pg_catalog.=) 'Day' AND CASE WHEN t.commentable_type OPERATOR(pg_catalog.=) 'Day' THEN CAST(t.commentable_id AS pg_catalog.date) END OPERATOR(pg_catalog.=) $1.day$_$;
ALTER FUNCTION zoo.comments(zoo.day) DEPENDS ON EXTENSION relations;

-- Name: token; Type: TABLE; Schema: zoo; Owner: postgres

CREATE TABLE zoo.token (
    token uuid NOT NULL
);

-- Name: comments(zoo.token); Type: FUNCTION; Schema: zoo; Owner: postgres

CREATE FUNCTION zoo.comments(zoo.token) RETURNS SETOF zoo.comment
    LANGUAGE sql STABLE ROWS 10 PARALLEL SAFE
    AS $_$SELECT t.* FROM zoo.comment t WHERE t.commentable_type OPERATOR(pg_catalog.=) 'Token' AND t.commentable_id OPERATOR(pg_catalog.=) CAST($1.token AS pg_catalog.text)$_$;
ALTER FUNCTION zoo.comments(zoo.token) DEPENDS ON EXTENSION relations;

-- Name: day(zoo.comment); Type: FUNCTION; Schema: zoo; Owner: postgres

CREATE FUNCTION zoo.day(zoo.comment) RETURNS SETOF zoo.day
    LANGUAGE sql STABLE ROWS 1 PARALLEL SAFE
    AS $_$SELECT t.* FROM zoo.day t WHERE t.day OPERATOR(pg_catalog.=) CASE WHEN $1.commentable_type OPERATOR(pg_catalog.=) 'Day' THEN CAST($1.commentable_id AS pg_catalog.date) END$_$;
ALTER FUNCTION zoo.day(zoo.comment) DEPENDS ON EXTENSION relations;

-- Name: kin_cage(zoo.animal); Type: FUNCTION; Schema: zoo; Owner: keeper

CREATE FUNCTION zoo.kin_cage(zoo.animal) RETURNS SETOF zoo.cage
    LANGUAGE sql STABLE ROWS 1 PARALLEL SAFE
    AS $_$SELECT t.* FROM zoo.cage t WHERE t.id OPERATOR(pg_catalog.=) $1.kin AND $1.kin_kind OPERATOR(pg_catalog.=) 'cage'$_$;
ALTER FUNCTION zoo.kin_cage(zoo.animal) DEPENDS ON EXTENSION relations;

ALTER FUNCTION zoo.kin_cage(zoo.animal) OWNER TO keeper;

-- Name: kin_of(zoo.animal); Type: FUNCTION; Schema: zoo; Owner: keeper

CREATE FUNCTION zoo.kin_of(zoo.animal) RETURNS SETOF zoo.animal
    LANGUAGE sql STABLE ROWS 10 PARALLEL SAFE
    AS $_$SELECT t.* FROM zoo.animal t WHERE t.kin_kind OPERATOR(pg_catalog.=) 'animal' AND t.kin OPERATOR(pg_catalog.=) $1.id$_$;
ALTER FUNCTION zoo.kin_of(zoo.animal) DEPENDS ON EXTENSION relations;

ALTER FUNCTION zoo.kin_of(zoo.animal) OWNER TO keeper;

-- Name: kin_of(zoo.cage); Type: FUNCTION; Schema: zoo; Owner: keeper

CREATE FUNCTION zoo.kin_of(zoo.cage) RETURNS SETOF zoo.animal
    LANGUAGE sql STABLE ROWS 10 PARALLEL SAFE
    AS $_$SELECT t.* FROM zoo.animal t WHERE t.kin_kind OPERATOR(pg_catalog.=) 'cage' AND t.kin OPERATOR(pg_catalog.=) $1.id$_$;
ALTER FUNCTION zoo.kin_of(zoo.cage) DEPENDS ON EXTENSION relations;

ALTER FUNCTION zoo.kin_of(zoo.cage) OWNER TO keeper;

-- Name: page(zoo.comment); Type: FUNCTION; Schema: zoo; Owner: postgres

CREATE FUNCTION zoo.page(zoo.comment) RETURNS SETOF public.page
    LANGUAGE sql STABLE ROWS 1 PARALLEL SAFE
    AS $_$SELECT t.* FROM public.page t WHERE t.id OPERATOR(pg_catalog.=) CASE WHEN ($1.commentable_type OPERATOR(pg_catalog.=) 'Page' OR $1.commentable_type OPERATOR(pg_catalog.=) E'App\\Old''Page') THEN CAST($1.commentable_id AS integer) END$_$;
ALTER FUNCTION zoo.page(zoo.comment) DEPENDS ON EXTENSION relations;

-- Name: recipes(zoo.ingredient); Type: FUNCTION; Schema: zoo; Owner: postgres

CREATE FUNCTION zoo.recipes(zoo.ingredient) RETURNS SETOF aaa.recipe_ingredient
    LANGUAGE sql STABLE ROWS 10 PARALLEL SAFE
    AS $_$SELECT t.* FROM aaa.recipe_ingredient t WHERE t.ingredient_id OPERATOR(pg_catalog.=) $1.id$_$;
ALTER FUNCTION zoo.recipes(zoo.ingredient) DEPENDS ON EXTENSION relations;

-- Name: token(zoo.comment); Type: FUNCTION; Schema: zoo; Owner: postgres

CREATE FUNCTION zoo.token(zoo.comment) RETURNS SETOF zoo.token
    LANGUAGE sql STABLE ROWS 1 PARALLEL SAFE
    AS $_$SELECT t.* FROM zoo.token t WHERE t.token OPERATOR(pg_catalog.=) CASE WHEN $1.commentable_type OPERATOR(pg_catalog.=) 'Token' THEN CAST($1.commentable_id AS pg_catalog.uuid) END$_$;
ALTER FUNCTION zoo.token(zoo.comment) DEPENDS ON EXTENSION relations;

-- Name: used_in(zoo.text_block); Type: FUNCTION; Schema: zoo; Owner: postgres

CREATE FUNCTION zoo.used_in(zoo.text_block) RETURNS SETOF public.a_section
    LANGUAGE sql STABLE ROWS 10 PARALLEL SAFE
    AS $_$SELECT t.* FROM public.a_section t WHERE t.collection OPERATOR(pg_catalog.=) 'text_block' AND t.item OPERATOR(pg_catalog.=) $1.id$_$;
ALTER FUNCTION zoo.used_in(zoo.text_block) DEPENDS ON EXTENSION relations;

-- Name: recipe_ingredient_id_seq; Type: SEQUENCE; Schema: aaa; Owner: postgres

ALTER TABLE aaa.recipe_ingredient ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME aaa.recipe_ingredient_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

-- Name: recipe_recipe_id_seq; Type: SEQUENCE; Schema: aaa; Owner: postgres

ALTER TABLE aaa.recipe_recipe ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME aaa.recipe_recipe_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

-- Name: recipe_translations_id_seq; Type: SEQUENCE; Schema: aaa; Owner: postgres

ALTER TABLE aaa.recipe_translations ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME aaa.recipe_translations_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

-- Name: a_section_id_seq; Type: SEQUENCE; Schema: public; Owner: postgres

ALTER TABLE public.a_section ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.a_section_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

-- Name: cities_of; Type: VIEW; Schema: public; Owner: postgres

CREATE VIEW public.cities_of AS
 SELECT c.name AS country,
    t.name AS city
   FROM public.country c,
    LATERAL public.cities(c.*) t(id, name, country, place, latest);

-- Name: entry_0; Type: TABLE; Schema: public; Owner: postgres

CREATE TABLE public.entry_0 (
    id integer,
    what text,
    which integer
);

-- Name: entry_1; Type: TABLE; Schema: public; Owner: postgres

CREATE TABLE public.entry_1 (
    which integer,
    what text,
    id integer
);

-- Name: event_high; Type: TABLE; Schema: public; Owner: postgres

CREATE TABLE public.event_high (
    id integer NOT NULL
);

-- Name: event_low; Type: TABLE; Schema: public; Owner: postgres

CREATE TABLE public.event_low (
    id integer NOT NULL
);

-- Name: taken_back; Type: TABLE; Schema: public; Owner: postgres

CREATE TABLE public.taken_back (
    id integer NOT NULL,
    page integer
);

-- Name: words_of; Type: MATERIALIZED VIEW; Schema: public; Owner: postgres

CREATE MATERIALIZED VIEW public.words_of AS
 SELECT p.title,
    b.body
   FROM public.page p,
    LATERAL public.content(p.*) s(id, page_id, collection, item, sort),
    LATERAL public.text_block(s.*) b(id, body)
  WITH NO DATA;

-- Name: entry_0; Type: TABLE ATTACH; Schema: public; Owner: postgres

ALTER TABLE ONLY public.entry ATTACH PARTITION public.entry_0 FOR VALUES WITH (modulus 2, remainder 0);

-- Name: entry_1; Type: TABLE ATTACH; Schema: public; Owner: postgres

ALTER TABLE ONLY public.entry ATTACH PARTITION public.entry_1 FOR VALUES WITH (modulus 2, remainder 1);

-- Name: event_high; Type: TABLE ATTACH; Schema: public; Owner: postgres

ALTER TABLE ONLY public.event ATTACH PARTITION public.event_high FOR VALUES FROM (100) TO (200);

-- Name: event_low; Type: TABLE ATTACH; Schema: public; Owner: postgres

ALTER TABLE ONLY public.event ATTACH PARTITION public.event_low FOR VALUES FROM (0) TO (100);

-- Data for Name: Item; Type: TABLE DATA; Schema: Shop, "new"; Owner: postgres

COPY "Shop, ""new"""."Item" (id, "The tenant", "of ""order""") FROM stdin;
1	1	1
2	1	2
\.

-- Data for Name: Note; Type: TABLE DATA; Schema: Shop, "new"; Owner: postgres

COPY "Shop, ""new"""."Note" (id, tenant, about, kind) FROM stdin;
1	1	2	o
2	1	2	r
\.

-- Data for Name: Order; Type: TABLE DATA; Schema: Shop, "new"; Owner: postgres

COPY "Shop, ""new"""."Order" ("The tenant", id) FROM stdin;
1	1
1	2
\.

-- Data for Name: Return; Type: TABLE DATA; Schema: Shop, "new"; Owner: postgres

COPY "Shop, ""new"""."Return" ("The tenant", id) FROM stdin;
2	1
\.

-- Data for Name: recipe; Type: TABLE DATA; Schema: aaa; Owner: postgres

COPY aaa.recipe (id, title) FROM stdin;
1	Bread
2	Soup
\.

-- Data for Name: recipe_ingredient; Type: TABLE DATA; Schema: aaa; Owner: postgres

COPY aaa.recipe_ingredient (id, recipe_id, ingredient_id, sort) FROM stdin;
1	1	10	2
2	1	11	1
3	2	11	1
\.

-- Data for Name: recipe_recipe; Type: TABLE DATA; Schema: aaa; Owner: postgres

COPY aaa.recipe_recipe (id, recipe_id, related_recipe_id) FROM stdin;
\.

-- Data for Name: recipe_translations; Type: TABLE DATA; Schema: aaa; Owner: postgres

COPY aaa.recipe_translations (id, recipe_id, language_code, title) FROM stdin;
1	1	fr	Le pain
\.

-- Data for Name: a_section; Type: TABLE DATA; Schema: public; Owner: postgres

COPY public.a_section (id, page_id, collection, item, sort) FROM stdin;
1	1	text_block	1	2
2	1	heading	1	1
\.

-- Data for Name: capital; Type: TABLE DATA; Schema: public; Owner: postgres

COPY public.capital (id, country) FROM stdin;
1	1
\.

-- Data for Name: city; Type: TABLE DATA; Schema: public; Owner: postgres

COPY public.city (id, name, country, place, latest) FROM stdin;
1	Oslo	1	2	7
2	Bergen	1	1	8
3	Moundou	2	1	9
\.

-- Data for Name: country; Type: TABLE DATA; Schema: public; Owner: postgres

COPY public.country (id, name) FROM stdin;
1	Norway
2	Chad
\.

-- Data for Name: entry_0; Type: TABLE DATA; Schema: public; Owner: postgres

COPY public.entry_0 (id, what, which) FROM stdin;
1	event	1
2	event	150
\.

-- Data for Name: entry_1; Type: TABLE DATA; Schema: public; Owner: postgres

COPY public.entry_1 (which, what, id) FROM stdin;
2	heading	3
150	event	4
\.

-- Data for Name: event_high; Type: TABLE DATA; Schema: public; Owner: postgres

COPY public.event_high (id) FROM stdin;
150
\.

-- Data for Name: event_low; Type: TABLE DATA; Schema: public; Owner: postgres

COPY public.event_low (id) FROM stdin;
1
\.

-- Data for Name: heading; Type: TABLE DATA; Schema: public; Owner: postgres

COPY public.heading (id, title) FROM stdin;
1	Welcome
2	Bye
\.

-- Data for Name: language; Type: TABLE DATA; Schema: public; Owner: postgres

COPY public.language (code) FROM stdin;
fr
\.

-- Data for Name: mark; Type: TABLE DATA; Schema: public; Owner: postgres

COPY public.mark (id, kind, what) FROM stdin;
1	task	1
\.

-- Data for Name: page; Type: TABLE DATA; Schema: public; Owner: postgres

COPY public.page (id, title) FROM stdin;
1	Home
\.

-- Data for Name: shown; Type: TABLE DATA; Schema: public; Owner: postgres

COPY public.shown (id, heading) FROM stdin;
1	1
2	\N
\.

-- Data for Name: taken_back; Type: TABLE DATA; Schema: public; Owner: postgres

COPY public.taken_back (id, page) FROM stdin;
\.

-- Data for Name: task; Type: TABLE DATA; Schema: public; Owner: postgres

COPY public.task (id, page) FROM stdin;
1	1
2	\N
\.

-- Data for Name: edge; Type: TABLE DATA; Schema: relations; Owner: postgres

COPY relations.edge (id, many_collection, many_columns, discriminator_column, alias, junction_columns, sort_column, deselect_action, on_delete, on_update, is_unique, is_enforced, is_validated, constraint_name, constraint_generated, not_null_generated, unique_generated, index_generated) FROM stdin;
1	public.city	{country}	\N	cities	\N	place	nullify	SET NULL	NO ACTION	f	t	t	city_country_fkey	t	\N	\N	city_country_idx
2	public.capital	{country}	\N	capital	\N	\N	delete	CASCADE	NO ACTION	t	t	t	capital_country_fkey	t	{country}	capital_country_key	\N
4	aaa.recipe_ingredient	{ingredient_id}	\N	recipes	{recipe_id}	\N	delete	CASCADE	NO ACTION	f	t	t	recipe_ingredient_ingredient_id_fkey	t	\N	\N	recipe_ingredient_ingredient_id_idx
3	aaa.recipe_ingredient	{recipe_id}	\N	ingredients	{ingredient_id}	sort	delete	CASCADE	NO ACTION	f	t	t	recipe_ingredient_recipe_id_fkey	t	\N	\N	\N
6	aaa.recipe_recipe	{related_recipe_id}	\N	liked_by	{recipe_id}	\N	delete	CASCADE	NO ACTION	f	t	t	recipe_recipe_related_recipe_id_fkey	t	\N	\N	recipe_recipe_related_recipe_id_idx
5	aaa.recipe_recipe	{recipe_id}	\N	like_this	{related_recipe_id}	\N	delete	CASCADE	NO ACTION	f	t	t	recipe_recipe_recipe_id_fkey	t	\N	\N	\N
8	aaa.recipe_translations	{language_code}	\N	\N	{recipe_id}	\N	delete	CASCADE	NO ACTION	f	t	t	recipe_translations_language_code_fkey	t	\N	\N	recipe_translations_language_code_idx
7	aaa.recipe_translations	{recipe_id}	\N	translations	{language_code}	\N	delete	CASCADE	NO ACTION	f	t	t	recipe_translations_recipe_id_fkey	t	\N	\N	\N
10	public.a_section	{item}	collection	used_in	{page_id}	\N	delete	CASCADE	NO ACTION	f	t	t	a_section_collection_item_fkey	t	\N	\N	a_section_collection_item_idx
9	public.a_section	{page_id}	\N	content	{item}	sort	delete	CASCADE	NO ACTION	f	t	t	a_section_page_id_fkey	t	\N	\N	a_section_page_id_idx
11	zoo.comment	{commentable_id}	commentable_type	comments	\N	\N	delete	CASCADE	CASCADE	f	t	t	comment_commentable_type_commentable_id_fkey	t	\N	\N	comment_commentable_type_commentable_id_idx
12	"Shop, ""new"""."Item"	{"The tenant","of \\"order\\""}	\N	The items	\N	\N	nullify	NO ACTION	NO ACTION	f	t	t	Item_The tenant_of "order"_fkey	t	\N	\N	Item_The tenant_of "order"_idx
13	"Shop, ""new"""."Note"	{tenant,about}	kind	notes	\N	\N	delete	SET NULL	NO ACTION	f	t	t	Note_kind_tenant_about_fkey	t	\N	\N	Note_kind_tenant_about_idx
14	public.entry	{which}	what	entries	\N	\N	delete	CASCADE	CASCADE	f	t	t	entry_what_which_fkey	t	\N	\N	entry_what_which_idx
19	public.shown	{heading}	\N	shown_in	\N	\N	nullify	NO ACTION	NO ACTION	f	f	t	\N	f	\N	\N	\N
15	public.task	{page}	\N	tasks	\N	\N	nullify	NO ACTION	NO ACTION	f	t	t	task_page_fkey	t	\N	\N	task_page_idx
16	public.mark	{what}	kind	marks	\N	\N	delete	NO ACTION	NO ACTION	f	t	t	mark_kind_what_fkey	t	\N	\N	mark_kind_what_idx
18	zoo.animal	{kin}	kin_kind	kin_of	\N	\N	delete	CASCADE	NO ACTION	f	t	t	kin_of_kin	t	\N	\N	animal_kin_kind_kin_idx
17	zoo.animal	{cage}	\N	animal	\N	\N	nullify	CASCADE	NO ACTION	f	t	t	lives_in	f	\N	\N	\N
\.

-- Data for Name: target; Type: TABLE DATA; Schema: relations; Owner: postgres

COPY relations.target (edge, "position", one_collection, one_columns, discriminator, field) FROM stdin;
1	1	public.country	{id}	\N	country
2	1	public.country	{id}	\N	country
3	1	aaa.recipe	{id}	\N	recipe_id
4	1	zoo.ingredient	{id}	\N	ingredient_id
5	1	aaa.recipe	{id}	\N	recipe_id
6	1	aaa.recipe	{id}	\N	related_recipe_id
7	1	aaa.recipe	{id}	\N	recipe_id
8	1	public.language	{code}	\N	language_code
9	1	public.page	{id}	\N	page_id
10	1	public.heading	{id}	heading	heading
10	2	zoo.text_block	{id}	text_block	text_block
11	1	zoo.day	{day}	Day	day
11	2	public.page	{id}	Page	page
11	3	zoo.token	{token}	Token	token
11	4	public.page	{id}	App\\Old'Page	page
12	1	"Shop, ""new"""."Order"	{"The tenant",id}	\N	The tenant_of "order"
13	1	"Shop, ""new"""."Order"	{"The tenant",id}	o	Order
13	2	"Shop, ""new"""."Return"	{id,"The tenant"}	r	Return
14	1	public.event	{id}	event	event
14	2	public.heading	{id}	heading	heading
15	1	public.page	{id}	\N	page
16	1	public.heading	{id}	heading	heading
16	2	public.task	{id}	task	task
17	1	zoo.cage	{id}	\N	cage
18	1	zoo.animal	{id}	animal	animal
18	2	zoo.cage	{id}	cage	kin_cage
19	1	public.heading_view	{id}	\N	heading
\.

-- Data for Name: animal; Type: TABLE DATA; Schema: zoo; Owner: keeper

COPY zoo.animal (id, cage, kin_kind, kin) FROM stdin;
1	1	\N	\N
2	1	animal	1
3	2	cage	2
\.

-- Data for Name: cage; Type: TABLE DATA; Schema: zoo; Owner: keeper

COPY zoo.cage (id) FROM stdin;
1
2
\.

-- Data for Name: comment; Type: TABLE DATA; Schema: zoo; Owner: postgres

COPY zoo.comment (id, commentable_type, commentable_id, body) FROM stdin;
1	Page	1	a
2	App\\Old'Page	1	b
3	Day	2001-02-03	c
4	Token	a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11	d
5	\N	\N	e
\.

-- Data for Name: day; Type: TABLE DATA; Schema: zoo; Owner: postgres

COPY zoo.day (day) FROM stdin;
2001-02-03
\.

-- Data for Name: ingredient; Type: TABLE DATA; Schema: zoo; Owner: postgres

COPY zoo.ingredient (id, name) FROM stdin;
10	Flour
11	Salt
\.

-- Data for Name: text_block; Type: TABLE DATA; Schema: zoo; Owner: postgres

COPY zoo.text_block (id, body) FROM stdin;
1	Good day.
\.

-- Data for Name: token; Type: TABLE DATA; Schema: zoo; Owner: postgres

COPY zoo.token (token) FROM stdin;
a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11
\.

-- Name: recipe_ingredient_id_seq; Type: SEQUENCE SET; Schema: aaa; Owner: postgres

SELECT pg_catalog.setval('aaa.recipe_ingredient_id_seq', 3, true);

-- Name: recipe_recipe_id_seq; Type: SEQUENCE SET; Schema: aaa; Owner: postgres

SELECT pg_catalog.setval('aaa.recipe_recipe_id_seq', 1, false);

-- Name: recipe_translations_id_seq; Type: SEQUENCE SET; Schema: aaa; Owner: postgres

SELECT pg_catalog.setval('aaa.recipe_translations_id_seq', 1, true);

-- Name: a_section_id_seq; Type: SEQUENCE SET; Schema: public; Owner: postgres

SELECT pg_catalog.setval('public.a_section_id_seq', 2, true);

-- Name: edge_id_seq; Type: SEQUENCE SET; Schema: relations; Owner: postgres

SELECT pg_catalog.setval('relations.edge_id_seq', 20, true);

-- Name: Item Item_pkey; Type: CONSTRAINT; Schema: Shop, "new"; Owner: postgres

ALTER TABLE ONLY "Shop, ""new"""."Item"
    ADD CONSTRAINT "Item_pkey" PRIMARY KEY (id);

-- Name: Note Note_pkey; Type: CONSTRAINT; Schema: Shop, "new"; Owner: postgres

ALTER TABLE ONLY "Shop, ""new"""."Note"
    ADD CONSTRAINT "Note_pkey" PRIMARY KEY (id);

-- Name: Order Order_pkey; Type: CONSTRAINT; Schema: Shop, "new"; Owner: postgres

ALTER TABLE ONLY "Shop, ""new"""."Order"
    ADD CONSTRAINT "Order_pkey" PRIMARY KEY ("The tenant", id);

-- Name: Return Return_pkey; Type: CONSTRAINT; Schema: Shop, "new"; Owner: postgres

ALTER TABLE ONLY "Shop, ""new"""."Return"
    ADD CONSTRAINT "Return_pkey" PRIMARY KEY (id, "The tenant");

-- Name: recipe_ingredient recipe_ingredient_pkey; Type: CONSTRAINT; Schema: aaa; Owner: postgres

ALTER TABLE ONLY aaa.recipe_ingredient
    ADD CONSTRAINT recipe_ingredient_pkey PRIMARY KEY (id);

-- Name: recipe_ingredient recipe_ingredient_recipe_id_ingredient_id_key; Type: CONSTRAINT; Schema: aaa; Owner: postgres

ALTER TABLE ONLY aaa.recipe_ingredient
    ADD CONSTRAINT recipe_ingredient_recipe_id_ingredient_id_key UNIQUE (recipe_id, ingredient_id);

-- Name: recipe recipe_pkey; Type: CONSTRAINT; Schema: aaa; Owner: postgres

ALTER TABLE ONLY aaa.recipe
    ADD CONSTRAINT recipe_pkey PRIMARY KEY (id);

-- Name: recipe_recipe recipe_recipe_pkey; Type: CONSTRAINT; Schema: aaa; Owner: postgres

ALTER TABLE ONLY aaa.recipe_recipe
    ADD CONSTRAINT recipe_recipe_pkey PRIMARY KEY (id);

-- Name: recipe_recipe recipe_recipe_recipe_id_related_recipe_id_key; Type: CONSTRAINT; Schema: aaa; Owner: postgres

ALTER TABLE ONLY aaa.recipe_recipe
    ADD CONSTRAINT recipe_recipe_recipe_id_related_recipe_id_key UNIQUE (recipe_id, related_recipe_id);

-- Name: recipe_translations recipe_translations_pkey; Type: CONSTRAINT; Schema: aaa; Owner: postgres

ALTER TABLE ONLY aaa.recipe_translations
    ADD CONSTRAINT recipe_translations_pkey PRIMARY KEY (id);

-- Name: recipe_translations recipe_translations_recipe_id_language_code_key; Type: CONSTRAINT; Schema: aaa; Owner: postgres

ALTER TABLE ONLY aaa.recipe_translations
    ADD CONSTRAINT recipe_translations_recipe_id_language_code_key UNIQUE (recipe_id, language_code);

-- Name: a_section a_section_pkey; Type: CONSTRAINT; Schema: public; Owner: postgres

ALTER TABLE ONLY public.a_section
    ADD CONSTRAINT a_section_pkey PRIMARY KEY (id);

-- Name: capital capital_country_key; Type: CONSTRAINT; Schema: public; Owner: postgres

ALTER TABLE ONLY public.capital
    ADD CONSTRAINT capital_country_key UNIQUE (country);

-- Name: capital capital_pkey; Type: CONSTRAINT; Schema: public; Owner: postgres

ALTER TABLE ONLY public.capital
    ADD CONSTRAINT capital_pkey PRIMARY KEY (id);

-- Name: city city_pkey; Type: CONSTRAINT; Schema: public; Owner: postgres

ALTER TABLE ONLY public.city
    ADD CONSTRAINT city_pkey PRIMARY KEY (id);

-- Name: country country_pkey; Type: CONSTRAINT; Schema: public; Owner: postgres

ALTER TABLE ONLY public.country
    ADD CONSTRAINT country_pkey PRIMARY KEY (id);

-- Name: event event_pkey; Type: CONSTRAINT; Schema: public; Owner: postgres

ALTER TABLE ONLY public.event
    ADD CONSTRAINT event_pkey PRIMARY KEY (id);

-- Name: event_high event_high_pkey; Type: CONSTRAINT; Schema: public; Owner: postgres

ALTER TABLE ONLY public.event_high
    ADD CONSTRAINT event_high_pkey PRIMARY KEY (id);

-- Name: event_low event_low_pkey; Type: CONSTRAINT; Schema: public; Owner: postgres

ALTER TABLE ONLY public.event_low
    ADD CONSTRAINT event_low_pkey PRIMARY KEY (id);

-- Name: heading heading_pkey; Type: CONSTRAINT; Schema: public; Owner: postgres

ALTER TABLE ONLY public.heading
    ADD CONSTRAINT heading_pkey PRIMARY KEY (id);

-- Name: language language_pkey; Type: CONSTRAINT; Schema: public; Owner: postgres

ALTER TABLE ONLY public.language
    ADD CONSTRAINT language_pkey PRIMARY KEY (code);

-- Name: mark mark_pkey; Type: CONSTRAINT; Schema: public; Owner: postgres

ALTER TABLE ONLY public.mark
    ADD CONSTRAINT mark_pkey PRIMARY KEY (id);

-- Name: page page_pkey; Type: CONSTRAINT; Schema: public; Owner: postgres

ALTER TABLE ONLY public.page
    ADD CONSTRAINT page_pkey PRIMARY KEY (id);

-- Name: shown shown_pkey; Type: CONSTRAINT; Schema: public; Owner: postgres

ALTER TABLE ONLY public.shown
    ADD CONSTRAINT shown_pkey PRIMARY KEY (id);

-- Name: taken_back taken_back_pkey; Type: CONSTRAINT; Schema: public; Owner: postgres

ALTER TABLE ONLY public.taken_back
    ADD CONSTRAINT taken_back_pkey PRIMARY KEY (id);

-- Name: task task_pkey; Type: CONSTRAINT; Schema: public; Owner: postgres

ALTER TABLE ONLY public.task
    ADD CONSTRAINT task_pkey PRIMARY KEY (id);

-- Name: animal animal_pkey; Type: CONSTRAINT; Schema: zoo; Owner: keeper

ALTER TABLE ONLY zoo.animal
    ADD CONSTRAINT animal_pkey PRIMARY KEY (id);

-- Name: cage cage_pkey; Type: CONSTRAINT; Schema: zoo; Owner: keeper

ALTER TABLE ONLY zoo.cage
    ADD CONSTRAINT cage_pkey PRIMARY KEY (id);

-- Name: comment comment_pkey; Type: CONSTRAINT; Schema: zoo; Owner: postgres

ALTER TABLE ONLY zoo.comment
    ADD CONSTRAINT comment_pkey PRIMARY KEY (id);

-- Name: day day_pkey; Type: CONSTRAINT; Schema: zoo; Owner: postgres

ALTER TABLE ONLY zoo.day
    ADD CONSTRAINT day_pkey PRIMARY KEY (day);

-- Name: ingredient ingredient_pkey; Type: CONSTRAINT; Schema: zoo; Owner: postgres

ALTER TABLE ONLY zoo.ingredient
    ADD CONSTRAINT ingredient_pkey PRIMARY KEY (id);

-- Name: text_block text_block_pkey; Type: CONSTRAINT; Schema: zoo; Owner: postgres

ALTER TABLE ONLY zoo.text_block
    ADD CONSTRAINT text_block_pkey PRIMARY KEY (id);

-- Name: token token_pkey; Type: CONSTRAINT; Schema: zoo; Owner: postgres

ALTER TABLE ONLY zoo.token
    ADD CONSTRAINT token_pkey PRIMARY KEY (token);

-- Name: Item_The tenant_of "order"_idx; Type: INDEX; Schema: Shop, "new"; Owner: postgres

CREATE INDEX "Item_The tenant_of ""order""_idx" ON "Shop, ""new"""."Item" USING btree ("The tenant", "of ""order""");

-- Name: Note_kind_tenant_about_idx; Type: INDEX; Schema: Shop, "new"; Owner: postgres

CREATE INDEX "Note_kind_tenant_about_idx" ON "Shop, ""new"""."Note" USING btree (kind, tenant, about);

-- Name: recipe_ingredient_ingredient_id_idx; Type: INDEX; Schema: aaa; Owner: postgres

CREATE INDEX recipe_ingredient_ingredient_id_idx ON aaa.recipe_ingredient USING btree (ingredient_id);

-- Name: recipe_recipe_related_recipe_id_idx; Type: INDEX; Schema: aaa; Owner: postgres

CREATE INDEX recipe_recipe_related_recipe_id_idx ON aaa.recipe_recipe USING btree (related_recipe_id);

-- Name: recipe_translations_language_code_idx; Type: INDEX; Schema: aaa; Owner: postgres

CREATE INDEX recipe_translations_language_code_idx ON aaa.recipe_translations USING btree (language_code);

-- Name: a_section_collection_item_idx; Type: INDEX; Schema: public; Owner: postgres

CREATE INDEX a_section_collection_item_idx ON public.a_section USING btree (collection, item);

-- Name: a_section_page_id_idx; Type: INDEX; Schema: public; Owner: postgres

CREATE INDEX a_section_page_id_idx ON public.a_section USING btree (page_id);

-- Name: city_country_idx; Type: INDEX; Schema: public; Owner: postgres

CREATE INDEX city_country_idx ON public.city USING btree (country);

-- Name: entry_what_which_idx; Type: INDEX; Schema: public; Owner: postgres

CREATE INDEX entry_what_which_idx ON ONLY public.entry USING btree (what, which);

-- Name: entry_0_what_which_idx; Type: INDEX; Schema: public; Owner: postgres

CREATE INDEX entry_0_what_which_idx ON public.entry_0 USING btree (what, which);

-- Name: entry_1_what_which_idx; Type: INDEX; Schema: public; Owner: postgres

CREATE INDEX entry_1_what_which_idx ON public.entry_1 USING btree (what, which);

-- Name: mark_kind_what_idx; Type: INDEX; Schema: public; Owner: postgres

CREATE INDEX mark_kind_what_idx ON public.mark USING btree (kind, what);

-- Name: task_page_idx; Type: INDEX; Schema: public; Owner: postgres

CREATE INDEX task_page_idx ON public.task USING btree (page);

-- Name: animal_cage_idx; Type: INDEX; Schema: zoo; Owner: keeper

CREATE INDEX animal_cage_idx ON zoo.animal USING btree (cage);

-- Name: animal_kin_kind_kin_idx; Type: INDEX; Schema: zoo; Owner: keeper

CREATE INDEX animal_kin_kind_kin_idx ON zoo.animal USING btree (kin_kind, kin);

-- Name: comment_commentable_type_commentable_id_idx; Type: INDEX; Schema: zoo; Owner: postgres

CREATE INDEX comment_commentable_type_commentable_id_idx ON zoo.comment USING btree (commentable_type, commentable_id);

-- Name: entry_0_what_which_idx; Type: INDEX ATTACH; Schema: public; Owner: postgres

ALTER INDEX public.entry_what_which_idx ATTACH PARTITION public.entry_0_what_which_idx;

-- Name: entry_1_what_which_idx; Type: INDEX ATTACH; Schema: public; Owner: postgres

ALTER INDEX public.entry_what_which_idx ATTACH PARTITION public.entry_1_what_which_idx;

-- Name: event_high_pkey; Type: INDEX ATTACH; Schema: public; Owner: postgres

ALTER INDEX public.event_pkey ATTACH PARTITION public.event_high_pkey;

-- Name: event_low_pkey; Type: INDEX ATTACH; Schema: public; Owner: postgres

ALTER INDEX public.event_pkey ATTACH PARTITION public.event_low_pkey;

-- Name: Note !RelationBegin_Note_kind_tenant_about_fkey; Type: TRIGGER; Schema: Shop, "new"; Owner: postgres

CREATE TRIGGER "!RelationBegin_Note_kind_tenant_about_fkey" BEFORE INSERT OR UPDATE ON "Shop, ""new"""."Note" FOR EACH STATEMENT EXECUTE FUNCTION relations.enforce_statement('13');

-- Name: Order !RelationBegin_Note_kind_tenant_about_fkey; Type: TRIGGER; Schema: Shop, "new"; Owner: postgres

CREATE TRIGGER "!RelationBegin_Note_kind_tenant_about_fkey" BEFORE DELETE ON "Shop, ""new"""."Order" FOR EACH STATEMENT EXECUTE FUNCTION relations.enforce_statement('13');

-- Name: Return !RelationBegin_Note_kind_tenant_about_fkey; Type: TRIGGER; Schema: Shop, "new"; Owner: postgres

CREATE TRIGGER "!RelationBegin_Note_kind_tenant_about_fkey" BEFORE DELETE ON "Shop, ""new"""."Return" FOR EACH STATEMENT EXECUTE FUNCTION relations.enforce_statement('13');

-- Name: Note !RelationEnd_Note_kind_tenant_about_fkey; Type: TRIGGER; Schema: Shop, "new"; Owner: postgres

CREATE TRIGGER "!RelationEnd_Note_kind_tenant_about_fkey" AFTER INSERT OR UPDATE ON "Shop, ""new"""."Note" FOR EACH STATEMENT EXECUTE FUNCTION relations.enforce_statement('13');

-- Name: Order !RelationEnd_Note_kind_tenant_about_fkey; Type: TRIGGER; Schema: Shop, "new"; Owner: postgres

CREATE TRIGGER "!RelationEnd_Note_kind_tenant_about_fkey" AFTER DELETE ON "Shop, ""new"""."Order" FOR EACH STATEMENT EXECUTE FUNCTION relations.enforce_statement('13');

-- Name: Return !RelationEnd_Note_kind_tenant_about_fkey; Type: TRIGGER; Schema: Shop, "new"; Owner: postgres

CREATE TRIGGER "!RelationEnd_Note_kind_tenant_about_fkey" AFTER DELETE ON "Shop, ""new"""."Return" FOR EACH STATEMENT EXECUTE FUNCTION relations.enforce_statement('13');

-- Name: Note Note_kind_tenant_about_fkey; Type: TRIGGER; Schema: Shop, "new"; Owner: postgres

CREATE CONSTRAINT TRIGGER "Note_kind_tenant_about_fkey" AFTER INSERT OR UPDATE ON "Shop, ""new"""."Note" NOT DEFERRABLE INITIALLY IMMEDIATE FOR EACH ROW EXECUTE FUNCTION relations.enforce('13');

-- Name: Order Note_kind_tenant_about_fkey; Type: TRIGGER; Schema: Shop, "new"; Owner: postgres

CREATE CONSTRAINT TRIGGER "Note_kind_tenant_about_fkey" AFTER DELETE OR UPDATE ON "Shop, ""new"""."Order" FROM "Shop, ""new"""."Note" NOT DEFERRABLE INITIALLY IMMEDIATE FOR EACH ROW EXECUTE FUNCTION relations.enforce('13');

-- Name: Return Note_kind_tenant_about_fkey; Type: TRIGGER; Schema: Shop, "new"; Owner: postgres

CREATE CONSTRAINT TRIGGER "Note_kind_tenant_about_fkey" AFTER DELETE OR UPDATE ON "Shop, ""new"""."Return" FROM "Shop, ""new"""."Note" NOT DEFERRABLE INITIALLY IMMEDIATE FOR EACH ROW EXECUTE FUNCTION relations.enforce('13');

-- Name: Order Note_kind_tenant_about_fkey_truncate; Type: TRIGGER; Schema: Shop, "new"; Owner: postgres

CREATE TRIGGER "Note_kind_tenant_about_fkey_truncate" AFTER TRUNCATE ON "Shop, ""new"""."Order" FOR EACH STATEMENT EXECUTE FUNCTION relations.enforce_truncate('13');

-- Name: Return Note_kind_tenant_about_fkey_truncate; Type: TRIGGER; Schema: Shop, "new"; Owner: postgres

CREATE TRIGGER "Note_kind_tenant_about_fkey_truncate" AFTER TRUNCATE ON "Shop, ""new"""."Return" FOR EACH STATEMENT EXECUTE FUNCTION relations.enforce_truncate('13');

-- Name: a_section RelationBegin_a_section_collection_item_fkey; Type: TRIGGER; Schema: public; Owner: postgres

CREATE TRIGGER "RelationBegin_a_section_collection_item_fkey" BEFORE INSERT OR UPDATE ON public.a_section FOR EACH STATEMENT EXECUTE FUNCTION relations.enforce_statement('10');

-- Name: heading RelationBegin_a_section_collection_item_fkey; Type: TRIGGER; Schema: public; Owner: postgres

CREATE TRIGGER "RelationBegin_a_section_collection_item_fkey" BEFORE DELETE ON public.heading FOR EACH STATEMENT EXECUTE FUNCTION relations.enforce_statement('10');

-- Name: page RelationBegin_comment_commentable_type_commentable_id_fkey; Type: TRIGGER; Schema: public; Owner: postgres

CREATE TRIGGER "RelationBegin_comment_commentable_type_commentable_id_fkey" BEFORE DELETE ON public.page FOR EACH STATEMENT EXECUTE FUNCTION relations.enforce_statement('11');

-- Name: entry RelationBegin_entry_what_which_fkey; Type: TRIGGER; Schema: public; Owner: postgres

CREATE TRIGGER "RelationBegin_entry_what_which_fkey" BEFORE INSERT OR UPDATE ON public.entry FOR EACH STATEMENT EXECUTE FUNCTION relations.enforce_statement('14');

-- Name: event RelationBegin_entry_what_which_fkey; Type: TRIGGER; Schema: public; Owner: postgres

CREATE TRIGGER "RelationBegin_entry_what_which_fkey" BEFORE DELETE ON public.event FOR EACH STATEMENT EXECUTE FUNCTION relations.enforce_statement('14');

-- Name: heading RelationBegin_entry_what_which_fkey; Type: TRIGGER; Schema: public; Owner: postgres

CREATE TRIGGER "RelationBegin_entry_what_which_fkey" BEFORE DELETE ON public.heading FOR EACH STATEMENT EXECUTE FUNCTION relations.enforce_statement('14');

-- Name: a_section RelationEnd_a_section_collection_item_fkey; Type: TRIGGER; Schema: public; Owner: postgres

CREATE TRIGGER "RelationEnd_a_section_collection_item_fkey" AFTER INSERT OR UPDATE ON public.a_section FOR EACH STATEMENT EXECUTE FUNCTION relations.enforce_statement('10');

-- Name: heading RelationEnd_a_section_collection_item_fkey; Type: TRIGGER; Schema: public; Owner: postgres

CREATE TRIGGER "RelationEnd_a_section_collection_item_fkey" AFTER DELETE ON public.heading FOR EACH STATEMENT EXECUTE FUNCTION relations.enforce_statement('10');

-- Name: page RelationEnd_comment_commentable_type_commentable_id_fkey; Type: TRIGGER; Schema: public; Owner: postgres

CREATE TRIGGER "RelationEnd_comment_commentable_type_commentable_id_fkey" AFTER DELETE ON public.page FOR EACH STATEMENT EXECUTE FUNCTION relations.enforce_statement('11');

-- Name: entry RelationEnd_entry_what_which_fkey; Type: TRIGGER; Schema: public; Owner: postgres

CREATE TRIGGER "RelationEnd_entry_what_which_fkey" AFTER INSERT OR UPDATE ON public.entry FOR EACH STATEMENT EXECUTE FUNCTION relations.enforce_statement('14');

-- Name: event RelationEnd_entry_what_which_fkey; Type: TRIGGER; Schema: public; Owner: postgres

CREATE TRIGGER "RelationEnd_entry_what_which_fkey" AFTER DELETE ON public.event FOR EACH STATEMENT EXECUTE FUNCTION relations.enforce_statement('14');

-- Name: heading RelationEnd_entry_what_which_fkey; Type: TRIGGER; Schema: public; Owner: postgres

CREATE TRIGGER "RelationEnd_entry_what_which_fkey" AFTER DELETE ON public.heading FOR EACH STATEMENT EXECUTE FUNCTION relations.enforce_statement('14');

-- Name: a_section a_section_collection_item_fkey; Type: TRIGGER; Schema: public; Owner: postgres

CREATE CONSTRAINT TRIGGER a_section_collection_item_fkey AFTER INSERT OR UPDATE ON public.a_section NOT DEFERRABLE INITIALLY IMMEDIATE FOR EACH ROW EXECUTE FUNCTION relations.enforce('10');

-- Name: heading a_section_collection_item_fkey; Type: TRIGGER; Schema: public; Owner: postgres

CREATE CONSTRAINT TRIGGER a_section_collection_item_fkey AFTER DELETE OR UPDATE ON public.heading FROM public.a_section NOT DEFERRABLE INITIALLY IMMEDIATE FOR EACH ROW EXECUTE FUNCTION relations.enforce('10');

-- Name: heading a_section_collection_item_fkey_truncate; Type: TRIGGER; Schema: public; Owner: postgres

CREATE TRIGGER a_section_collection_item_fkey_truncate AFTER TRUNCATE ON public.heading FOR EACH STATEMENT EXECUTE FUNCTION relations.enforce_truncate('10');

-- Name: page comment_commentable_type_commentable_id_fkey; Type: TRIGGER; Schema: public; Owner: postgres

CREATE CONSTRAINT TRIGGER comment_commentable_type_commentable_id_fkey AFTER DELETE OR UPDATE ON public.page FROM zoo.comment NOT DEFERRABLE INITIALLY IMMEDIATE FOR EACH ROW EXECUTE FUNCTION relations.enforce('11');

-- Name: page comment_commentable_type_commentable_id_fkey_truncate; Type: TRIGGER; Schema: public; Owner: postgres

CREATE TRIGGER comment_commentable_type_commentable_id_fkey_truncate AFTER TRUNCATE ON public.page FOR EACH STATEMENT EXECUTE FUNCTION relations.enforce_truncate('11');

-- Name: entry entry_what_which_fkey; Type: TRIGGER; Schema: public; Owner: postgres

CREATE CONSTRAINT TRIGGER entry_what_which_fkey AFTER INSERT OR UPDATE ON public.entry NOT DEFERRABLE INITIALLY IMMEDIATE FOR EACH ROW EXECUTE FUNCTION relations.enforce('14');

-- Name: event entry_what_which_fkey; Type: TRIGGER; Schema: public; Owner: postgres

CREATE CONSTRAINT TRIGGER entry_what_which_fkey AFTER INSERT OR DELETE OR UPDATE ON public.event FROM public.entry NOT DEFERRABLE INITIALLY IMMEDIATE FOR EACH ROW EXECUTE FUNCTION relations.enforce('14');

-- Name: heading entry_what_which_fkey; Type: TRIGGER; Schema: public; Owner: postgres

CREATE CONSTRAINT TRIGGER entry_what_which_fkey AFTER DELETE OR UPDATE ON public.heading FROM public.entry NOT DEFERRABLE INITIALLY IMMEDIATE FOR EACH ROW EXECUTE FUNCTION relations.enforce('14');

-- Name: event entry_what_which_fkey_truncate; Type: TRIGGER; Schema: public; Owner: postgres

CREATE TRIGGER entry_what_which_fkey_truncate AFTER TRUNCATE ON public.event FOR EACH STATEMENT EXECUTE FUNCTION relations.enforce_truncate('14');

-- Name: event_high entry_what_which_fkey_truncate; Type: TRIGGER; Schema: public; Owner: postgres

CREATE TRIGGER entry_what_which_fkey_truncate AFTER TRUNCATE ON public.event_high FOR EACH STATEMENT EXECUTE FUNCTION relations.enforce_truncate('14');

-- Name: event_low entry_what_which_fkey_truncate; Type: TRIGGER; Schema: public; Owner: postgres

CREATE TRIGGER entry_what_which_fkey_truncate AFTER TRUNCATE ON public.event_low FOR EACH STATEMENT EXECUTE FUNCTION relations.enforce_truncate('14');

-- Name: heading entry_what_which_fkey_truncate; Type: TRIGGER; Schema: public; Owner: postgres

CREATE TRIGGER entry_what_which_fkey_truncate AFTER TRUNCATE ON public.heading FOR EACH STATEMENT EXECUTE FUNCTION relations.enforce_truncate('14');

-- Name: heading mark_kind_what_fkey; Type: TRIGGER; Schema: public; Owner: postgres

CREATE CONSTRAINT TRIGGER mark_kind_what_fkey AFTER DELETE OR UPDATE ON public.heading FROM public.mark DEFERRABLE INITIALLY IMMEDIATE FOR EACH ROW EXECUTE FUNCTION relations.enforce('16');

-- Name: mark mark_kind_what_fkey; Type: TRIGGER; Schema: public; Owner: postgres

CREATE CONSTRAINT TRIGGER mark_kind_what_fkey AFTER INSERT OR UPDATE ON public.mark DEFERRABLE INITIALLY IMMEDIATE FOR EACH ROW EXECUTE FUNCTION relations.enforce('16');

-- Name: task mark_kind_what_fkey; Type: TRIGGER; Schema: public; Owner: postgres

CREATE CONSTRAINT TRIGGER mark_kind_what_fkey AFTER DELETE OR UPDATE ON public.task FROM public.mark DEFERRABLE INITIALLY IMMEDIATE FOR EACH ROW EXECUTE FUNCTION relations.enforce('16');

-- Name: heading mark_kind_what_fkey_truncate; Type: TRIGGER; Schema: public; Owner: postgres

CREATE TRIGGER mark_kind_what_fkey_truncate AFTER TRUNCATE ON public.heading FOR EACH STATEMENT EXECUTE FUNCTION relations.enforce_truncate('16');

-- Name: task mark_kind_what_fkey_truncate; Type: TRIGGER; Schema: public; Owner: postgres

CREATE TRIGGER mark_kind_what_fkey_truncate AFTER TRUNCATE ON public.task FOR EACH STATEMENT EXECUTE FUNCTION relations.enforce_truncate('16');

-- Name: text_block RelationBegin_a_section_collection_item_fkey; Type: TRIGGER; Schema: zoo; Owner: postgres

CREATE TRIGGER "RelationBegin_a_section_collection_item_fkey" BEFORE DELETE ON zoo.text_block FOR EACH STATEMENT EXECUTE FUNCTION relations.enforce_statement('10');

-- Name: comment RelationBegin_comment_commentable_type_commentable_id_fkey; Type: TRIGGER; Schema: zoo; Owner: postgres

CREATE TRIGGER "RelationBegin_comment_commentable_type_commentable_id_fkey" BEFORE INSERT OR UPDATE ON zoo.comment FOR EACH STATEMENT EXECUTE FUNCTION relations.enforce_statement('11');

-- Name: day RelationBegin_comment_commentable_type_commentable_id_fkey; Type: TRIGGER; Schema: zoo; Owner: postgres

CREATE TRIGGER "RelationBegin_comment_commentable_type_commentable_id_fkey" BEFORE DELETE ON zoo.day FOR EACH STATEMENT EXECUTE FUNCTION relations.enforce_statement('11');

-- Name: token RelationBegin_comment_commentable_type_commentable_id_fkey; Type: TRIGGER; Schema: zoo; Owner: postgres

CREATE TRIGGER "RelationBegin_comment_commentable_type_commentable_id_fkey" BEFORE DELETE ON zoo.token FOR EACH STATEMENT EXECUTE FUNCTION relations.enforce_statement('11');

-- Name: animal RelationBegin_kin_of_kin; Type: TRIGGER; Schema: zoo; Owner: keeper

CREATE TRIGGER "RelationBegin_kin_of_kin" BEFORE INSERT OR DELETE OR UPDATE ON zoo.animal FOR EACH STATEMENT EXECUTE FUNCTION relations.enforce_statement('18');

-- Name: cage RelationBegin_kin_of_kin; Type: TRIGGER; Schema: zoo; Owner: keeper

CREATE TRIGGER "RelationBegin_kin_of_kin" BEFORE DELETE ON zoo.cage FOR EACH STATEMENT EXECUTE FUNCTION relations.enforce_statement('18');

-- Name: text_block RelationEnd_a_section_collection_item_fkey; Type: TRIGGER; Schema: zoo; Owner: postgres

CREATE TRIGGER "RelationEnd_a_section_collection_item_fkey" AFTER DELETE ON zoo.text_block FOR EACH STATEMENT EXECUTE FUNCTION relations.enforce_statement('10');

-- Name: comment RelationEnd_comment_commentable_type_commentable_id_fkey; Type: TRIGGER; Schema: zoo; Owner: postgres

CREATE TRIGGER "RelationEnd_comment_commentable_type_commentable_id_fkey" AFTER INSERT OR UPDATE ON zoo.comment FOR EACH STATEMENT EXECUTE FUNCTION relations.enforce_statement('11');

-- Name: day RelationEnd_comment_commentable_type_commentable_id_fkey; Type: TRIGGER; Schema: zoo; Owner: postgres

CREATE TRIGGER "RelationEnd_comment_commentable_type_commentable_id_fkey" AFTER DELETE ON zoo.day FOR EACH STATEMENT EXECUTE FUNCTION relations.enforce_statement('11');

-- Name: token RelationEnd_comment_commentable_type_commentable_id_fkey; Type: TRIGGER; Schema: zoo; Owner: postgres

CREATE TRIGGER "RelationEnd_comment_commentable_type_commentable_id_fkey" AFTER DELETE ON zoo.token FOR EACH STATEMENT EXECUTE FUNCTION relations.enforce_statement('11');

-- Name: animal RelationEnd_kin_of_kin; Type: TRIGGER; Schema: zoo; Owner: keeper

CREATE TRIGGER "RelationEnd_kin_of_kin" AFTER INSERT OR DELETE OR UPDATE ON zoo.animal FOR EACH STATEMENT EXECUTE FUNCTION relations.enforce_statement('18');

-- Name: cage RelationEnd_kin_of_kin; Type: TRIGGER; Schema: zoo; Owner: keeper

CREATE TRIGGER "RelationEnd_kin_of_kin" AFTER DELETE ON zoo.cage FOR EACH STATEMENT EXECUTE FUNCTION relations.enforce_statement('18');

-- Name: text_block a_section_collection_item_fkey; Type: TRIGGER; Schema: zoo; Owner: postgres

CREATE CONSTRAINT TRIGGER a_section_collection_item_fkey AFTER DELETE OR UPDATE ON zoo.text_block FROM public.a_section NOT DEFERRABLE INITIALLY IMMEDIATE FOR EACH ROW EXECUTE FUNCTION relations.enforce('10');

-- Name: text_block a_section_collection_item_fkey_truncate; Type: TRIGGER; Schema: zoo; Owner: postgres

CREATE TRIGGER a_section_collection_item_fkey_truncate AFTER TRUNCATE ON zoo.text_block FOR EACH STATEMENT EXECUTE FUNCTION relations.enforce_truncate('10');

-- Name: comment comment_commentable_type_commentable_id_fkey; Type: TRIGGER; Schema: zoo; Owner: postgres

CREATE CONSTRAINT TRIGGER comment_commentable_type_commentable_id_fkey AFTER INSERT OR UPDATE ON zoo.comment NOT DEFERRABLE INITIALLY IMMEDIATE FOR EACH ROW EXECUTE FUNCTION relations.enforce('11');

-- Name: day comment_commentable_type_commentable_id_fkey; Type: TRIGGER; Schema: zoo; Owner: postgres

CREATE CONSTRAINT TRIGGER comment_commentable_type_commentable_id_fkey AFTER DELETE OR UPDATE ON zoo.day FROM zoo.comment NOT DEFERRABLE INITIALLY IMMEDIATE FOR EACH ROW EXECUTE FUNCTION relations.enforce('11');

-- Name: token comment_commentable_type_commentable_id_fkey; Type: TRIGGER; Schema: zoo; Owner: postgres

CREATE CONSTRAINT TRIGGER comment_commentable_type_commentable_id_fkey AFTER DELETE OR UPDATE ON zoo.token FROM zoo.comment NOT DEFERRABLE INITIALLY IMMEDIATE FOR EACH ROW EXECUTE FUNCTION relations.enforce('11');

-- Name: comment comment_commentable_type_commentable_id_fkey_item; Type: TRIGGER; Schema: zoo; Owner: postgres

CREATE TRIGGER comment_commentable_type_commentable_id_fkey_item BEFORE INSERT OR UPDATE ON zoo.comment FOR EACH ROW EXECUTE FUNCTION relations.canonical_item('11');

-- Name: day comment_commentable_type_commentable_id_fkey_truncate; Type: TRIGGER; Schema: zoo; Owner: postgres

CREATE TRIGGER comment_commentable_type_commentable_id_fkey_truncate AFTER TRUNCATE ON zoo.day FOR EACH STATEMENT EXECUTE FUNCTION relations.enforce_truncate('11');

-- Name: token comment_commentable_type_commentable_id_fkey_truncate; Type: TRIGGER; Schema: zoo; Owner: postgres

CREATE TRIGGER comment_commentable_type_commentable_id_fkey_truncate AFTER TRUNCATE ON zoo.token FOR EACH STATEMENT EXECUTE FUNCTION relations.enforce_truncate('11');

-- Name: animal kin_of_kin; Type: TRIGGER; Schema: zoo; Owner: keeper

CREATE CONSTRAINT TRIGGER kin_of_kin AFTER INSERT OR DELETE OR UPDATE ON zoo.animal NOT DEFERRABLE INITIALLY IMMEDIATE FOR EACH ROW EXECUTE FUNCTION relations.enforce('18');

-- Name: cage kin_of_kin; Type: TRIGGER; Schema: zoo; Owner: keeper

CREATE CONSTRAINT TRIGGER kin_of_kin AFTER DELETE OR UPDATE ON zoo.cage FROM zoo.animal NOT DEFERRABLE INITIALLY IMMEDIATE FOR EACH ROW EXECUTE FUNCTION relations.enforce('18');

-- Name: animal kin_of_kin_truncate; Type: TRIGGER; Schema: zoo; Owner: keeper

CREATE TRIGGER kin_of_kin_truncate AFTER TRUNCATE ON zoo.animal FOR EACH STATEMENT EXECUTE FUNCTION relations.enforce_truncate('18');

-- Name: cage kin_of_kin_truncate; Type: TRIGGER; Schema: zoo; Owner: keeper

CREATE TRIGGER kin_of_kin_truncate AFTER TRUNCATE ON zoo.cage FOR EACH STATEMENT EXECUTE FUNCTION relations.enforce_truncate('18');

-- Name: Item Item_The tenant_of "order"_fkey; Type: FK CONSTRAINT; Schema: Shop, "new"; Owner: postgres

ALTER TABLE ONLY "Shop, ""new"""."Item"
    ADD CONSTRAINT "Item_The tenant_of ""order""_fkey" FOREIGN KEY ("The tenant", "of ""order""") REFERENCES "Shop, ""new"""."Order"("The tenant", id);

-- Name: recipe_ingredient recipe_ingredient_ingredient_id_fkey; Type: FK CONSTRAINT; Schema: aaa; Owner: postgres

ALTER TABLE ONLY aaa.recipe_ingredient
    ADD CONSTRAINT recipe_ingredient_ingredient_id_fkey FOREIGN KEY (ingredient_id) REFERENCES zoo.ingredient(id) ON DELETE CASCADE;

-- Name: recipe_ingredient recipe_ingredient_recipe_id_fkey; Type: FK CONSTRAINT; Schema: aaa; Owner: postgres

ALTER TABLE ONLY aaa.recipe_ingredient
    ADD CONSTRAINT recipe_ingredient_recipe_id_fkey FOREIGN KEY (recipe_id) REFERENCES aaa.recipe(id) ON DELETE CASCADE;

-- Name: recipe_recipe recipe_recipe_recipe_id_fkey; Type: FK CONSTRAINT; Schema: aaa; Owner: postgres

ALTER TABLE ONLY aaa.recipe_recipe
    ADD CONSTRAINT recipe_recipe_recipe_id_fkey FOREIGN KEY (recipe_id) REFERENCES aaa.recipe(id) ON DELETE CASCADE;

-- Name: recipe_recipe recipe_recipe_related_recipe_id_fkey; Type: FK CONSTRAINT; Schema: aaa; Owner: postgres

ALTER TABLE ONLY aaa.recipe_recipe
    ADD CONSTRAINT recipe_recipe_related_recipe_id_fkey FOREIGN KEY (related_recipe_id) REFERENCES aaa.recipe(id) ON DELETE CASCADE;

-- Name: recipe_translations recipe_translations_language_code_fkey; Type: FK CONSTRAINT; Schema: aaa; Owner: postgres

ALTER TABLE ONLY aaa.recipe_translations
    ADD CONSTRAINT recipe_translations_language_code_fkey FOREIGN KEY (language_code) REFERENCES public.language(code) ON DELETE CASCADE;

-- Name: recipe_translations recipe_translations_recipe_id_fkey; Type: FK CONSTRAINT; Schema: aaa; Owner: postgres

ALTER TABLE ONLY aaa.recipe_translations
    ADD CONSTRAINT recipe_translations_recipe_id_fkey FOREIGN KEY (recipe_id) REFERENCES aaa.recipe(id) ON DELETE CASCADE;

-- Name: a_section a_section_page_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: postgres

ALTER TABLE ONLY public.a_section
    ADD CONSTRAINT a_section_page_id_fkey FOREIGN KEY (page_id) REFERENCES public.page(id) ON DELETE CASCADE;

-- Name: capital capital_country_fkey; Type: FK CONSTRAINT; Schema: public; Owner: postgres

ALTER TABLE ONLY public.capital
    ADD CONSTRAINT capital_country_fkey FOREIGN KEY (country) REFERENCES public.country(id) ON DELETE CASCADE;

-- Name: city city_country_fkey; Type: FK CONSTRAINT; Schema: public; Owner: postgres

ALTER TABLE ONLY public.city
    ADD CONSTRAINT city_country_fkey FOREIGN KEY (country) REFERENCES public.country(id) ON DELETE SET NULL;

-- Name: task task_page_fkey; Type: FK CONSTRAINT; Schema: public; Owner: postgres

ALTER TABLE ONLY public.task
    ADD CONSTRAINT task_page_fkey FOREIGN KEY (page) REFERENCES public.page(id) DEFERRABLE INITIALLY DEFERRED;

-- Name: animal lives_in; Type: FK CONSTRAINT; Schema: zoo; Owner: keeper

ALTER TABLE ONLY zoo.animal
    ADD CONSTRAINT lives_in FOREIGN KEY (cage) REFERENCES zoo.cage(id) ON DELETE CASCADE;

-- Name: FUNCTION cities(public.country); Type: ACL; Schema: public; Owner: postgres

GRANT ALL ON FUNCTION public.cities(public.country) TO keeper;

-- Name: TABLE animal; Type: ACL; Schema: zoo; Owner: keeper

GRANT SELECT ON TABLE zoo.animal TO PUBLIC;

-- Name: words_of; Type: MATERIALIZED VIEW DATA; Schema: public; Owner: postgres

REFRESH MATERIALIZED VIEW public.words_of;

-- PostgreSQL database dump complete

