/*
 * command.c
 *	  What a utility statement says that it does.
 *
 * Names in a statement are looked up only where the statement has not changed
 * what they mean, and may lead to nothing: a statement IF EXISTS, for example.
 */
#include "postgres.h"

#include "catalog/namespace.h"
#include "catalog/objectaddress.h"
#include "nodes/makefuncs.h"
#include "nodes/parsenodes.h"
#include "parser/parse_func.h"
#include "parser/parse_type.h"
#include "utils/lsyscache.h"

#include "sync/sync.h"

static void read_create(const CreateStmt *statement, RlnCommand *command);
static void read_alter_table(const AlterTableStmt *statement, RlnCommand *command);
static void read_part(const AlterTableCmd *part, RlnCommand *command);
static void read_rename(const RenameStmt *statement, RlnCommand *command);
static void read_drop(const DropStmt *statement, RlnCommand *command);
static void read_enum(const AlterEnumStmt *statement, RlnCommand *command);
static Oid partition_of(const Node *definition);


/* The command's lists and names belong to the statement. */
void
rln_command_read(const Node *parsetree, RlnCommand *command)
{
	memset(command, 0, sizeof(*command));
	switch (nodeTag(parsetree))
	{
		case T_AlterTableStmt:
			read_alter_table((const AlterTableStmt *) parsetree, command);
			break;
		case T_RenameStmt:
			read_rename((const RenameStmt *) parsetree, command);
			break;
		case T_DropStmt:
			read_drop((const DropStmt *) parsetree, command);
			break;
		case T_DropOwnedStmt:
			command->may_drop = command->may_drop_tables = command->may_drop_columns = true;
			command->cascades = ((const DropOwnedStmt *) parsetree)->behavior == DROP_CASCADE;
			break;
		case T_CreateStmt:
			read_create((const CreateStmt *) parsetree, command);
			break;
		case T_CreateForeignTableStmt:
			read_create(&((const CreateForeignTableStmt *) parsetree)->base, command);
			break;
		case T_AlterObjectSchemaStmt:
			/* of a type, an operator, an extension that holds some: functions name them */
			command->everything =
				((const AlterObjectSchemaStmt *) parsetree)->relation == NULL &&
				((const AlterObjectSchemaStmt *) parsetree)->objectType != OBJECT_FUNCTION;
			break;
		case T_AlterEnumStmt:
			read_enum((const AlterEnumStmt *) parsetree, command);
			break;
		case T_AlterObjectDependsStmt:
			{
				const AlterObjectDependsStmt *statement =
					(const AlterObjectDependsStmt *) parsetree;

				if (statement->objectType == OBJECT_FUNCTION && !statement->remove)
					command->bound = LookupFuncWithArgs(
						OBJECT_FUNCTION, castNode(ObjectWithArgs, statement->object), true);
				break;
			}
		default:
			break;
	}
}

static void
read_create(const CreateStmt *statement, RlnCommand *command)
{
	if (statement->partbound == NULL)
		command->nothing = true;
	else
		command->attached = RangeVarGetRelid(statement->relation, NoLock, true);
}

static void
read_alter_table(const AlterTableStmt *statement, RlnCommand *command)
{
	ListCell *lc;

	/* partitions of an index bring and take no rows; a restore attaches one by one */
	if (statement->objtype == OBJECT_INDEX)
		return;
	foreach(lc, statement->cmds)
		read_part(lfirst(lc), command);
	if (OidIsValid(command->detached))
		command->detached_from = RangeVarGetRelid(statement->relation, NoLock, true);
}

static void
read_part(const AlterTableCmd *part, RlnCommand *command)
{
	switch (part->subtype)
	{
		case AT_DropColumn:
			command->dropped_columns = lappend(command->dropped_columns, part->name);
			command->may_drop = true;
			command->cascades = part->behavior == DROP_CASCADE;
			break;
		case AT_DropConstraint:
			command->may_drop = true;
			command->cascades = part->behavior == DROP_CASCADE;
			break;
		case AT_AlterColumnType:
			command->retyped = lappend(command->retyped, part->name);
			break;
		case AT_AddConstraint:
		case AT_AddColumn:
			command->adds_key = true;
			break;
		case AT_DropNotNull:
			command->drops_not_null = true;
			break;
		case AT_ChangeOwner:
			command->changes_owner = true;
			break;
		case AT_SetLogged:
		case AT_SetUnLogged:
			command->changes_persistence = true;
			break;
		case AT_AttachPartition:
			command->attached = partition_of(part->def);
			break;
		case AT_DetachPartition:
		case AT_DetachPartitionFinalize:
			command->detached = partition_of(part->def);
			break;
		default:
			break;
	}
}

static void
read_rename(const RenameStmt *statement, RlnCommand *command)
{
	command->renamed = statement->renameType;
	command->to = statement->newname;
	command->from = statement->subname;
	switch (statement->renameType)
	{
		case OBJECT_COLUMN:
		case OBJECT_ATTRIBUTE: /* of a type, for the tables of that type */
		case OBJECT_TABCONSTRAINT:
			break;
		case OBJECT_TABLE:
		case OBJECT_FOREIGN_TABLE:
		case OBJECT_VIEW:
		case OBJECT_MATVIEW:
		case OBJECT_INDEX:
			command->from = statement->relation->relname;
			break;
		case OBJECT_FUNCTION:
		case OBJECT_ROUTINE:
			command->from = strVal(llast(castNode(ObjectWithArgs, statement->object)->objname));
			break;
		case OBJECT_SCHEMA:
		case OBJECT_TYPE:
		case OBJECT_DOMAIN:
			/* functions name it */
			command->everything = true;
			command->to = NULL;
			break;
		default:
			command->to = NULL;
	}
}

static void
read_drop(const DropStmt *statement, RlnCommand *command)
{
	command->may_drop = true;
	command->cascades = statement->behavior == DROP_CASCADE;
	switch (statement->removeType)
	{
		case OBJECT_INDEX:
			break;
		case OBJECT_TABLE:
		case OBJECT_FOREIGN_TABLE:
		case OBJECT_VIEW:
		case OBJECT_MATVIEW:
		case OBJECT_FUNCTION:
			command->may_drop_tables = true;
			break;
		default:
			command->may_drop_tables = command->may_drop_columns = true;
	}
}

/* ALTER TYPE ... RENAME VALUE */
static void
read_enum(const AlterEnumStmt *statement, RlnCommand *command)
{
	if (statement->oldVal == NULL)
		return;
	command->enum_type = typenameTypeId(NULL, makeTypeNameFromNameList(statement->typeName));
	command->from_value = statement->oldVal;
	command->to_value = statement->newVal;
	command->everything = true;
}

static Oid
partition_of(const Node *definition)
{
	return RangeVarGetRelid(((const PartitionCmd *) definition)->name, NoLock, true);
}
