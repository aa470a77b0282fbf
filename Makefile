EXTENSION  = relations
EXTVERSION = $(shell sed -n "s/^default_version *= *'\(.*\)'/\1/p" relations.control)

# Layers in dependency order.  Code of a layer includes headers of that layer
# and of those before it, never of those after it ("make check-tree" sees to
# that).  The install script is the layers' SQL, joined in this order.
LAYERS = base registry ddl integrity sync discover query run json write view graphql rest diagram check
# Those of them that 0.1 did not have.
NEW_LAYERS = sync write view graphql rest

MODULE_big    = relations
OBJS          = src/init.o \
                $(patsubst %.c,%.o,$(foreach l,$(LAYERS),$(sort $(wildcard src/$(l)/*.c))))
PG_CPPFLAGS   = -I$(srcdir)/src
PG_CFLAGS     = -Wall -Wextra -Wno-unused-parameter -Wno-sign-compare \
                -Wno-missing-field-initializers -Wno-cast-function-type
SHLIB_EXPORTS = src/exports.txt

INSTALL_SQL = src/install.sql $(foreach l,$(LAYERS),$(sort $(wildcard src/$(l)/*.sql)))
UPGRADE_SQL = upgrade/0.1--0.2.sql $(foreach l,$(NEW_LAYERS),$(sort $(wildcard src/$(l)/*.sql))) \
              upgrade/0.1--0.2.end.sql
DATA        = upgrade/relations--0.1.sql
DATA_built  = relations--$(EXTVERSION).sql relations--0.1--0.2.sql
EXTRA_CLEAN = relations--*.sql output_iso tmp_check

REGRESS        = $(patsubst sql/%.sql,%,$(sort $(wildcard sql/*.sql)))
REGRESS_OPTS   = --load-extension=relations
ISOLATION      = $(patsubst test/isolation/specs/%.spec,%,$(sort $(wildcard test/isolation/specs/*.spec)))
ISOLATION_OPTS = --inputdir=test/isolation --load-extension=relations
PROVE_TESTS    = test/tap/*.pl
# A server may say that it was built without TAP tests, and have all they need.
override enable_tap_tests = yes
override PROVE = prove

PG_CONFIG ?= pg_config
PGXS := $(shell $(PG_CONFIG) --pgxs)
include $(PGXS)

# PGXS tracks no header dependencies; the tree is small, so rebuild it whole.
$(OBJS) $(OBJS:.o=.bc): $(wildcard src/*/*.h)

relations--$(EXTVERSION).sql: $(INSTALL_SQL) relations.control
	cat $(INSTALL_SQL) > $@

relations--0.1--0.2.sql: $(UPGRADE_SQL) Makefile
	cat $(UPGRADE_SQL) > $@

.PHONY: tap check-tree

# Apart from installcheck, because it needs Perl's IPC::Run.
tap:
	$(prove_installcheck)

# The tree's own rules; each check says what to do where it fails.
check-tree: all
	test/check/layers $(LAYERS)
	test/check/symbols relations$(DLSUFFIX)
	test/check/declared
	test/check/commented relations--$(EXTVERSION).sql
	test/check/format
