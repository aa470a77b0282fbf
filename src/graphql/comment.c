/*
 * comment.c
 *	  Descriptions: COMMENT ON as it stands now.
 *
 * They are not kept: nobody is told when a comment changes.
 */
#include "postgres.h"

#include "catalog/pg_class.h"
#include "catalog/pg_type.h"
#include "commands/comment.h"

#include "graphql/schema.h"

/* What the type's table or enum is commented on with; palloc'd, or NULL. */
char *
rln_gql_type_comment(const RlnGqlType *type)
{
	if (type->description != NULL)
		return pstrdup(type->description);
	if (OidIsValid(type->enum_type))
		return GetComment(type->enum_type, TypeRelationId, 0);
	if (type->collection != NULL && type == type->collection->types[RLN_GQL_TYPE_ITEM])
		return GetComment(type->collection->relid, RelationRelationId, 0);
	return NULL;
}

/* The same of the part's column; part may be NULL. */
char *
rln_gql_part_comment(const RlnGqlPart *part)
{
	if (part == NULL || part->attnum == 0)
		return NULL;
	return GetComment(part->collection->relid, RelationRelationId, part->attnum);
}
