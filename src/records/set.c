/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * The records of a domain as one tree.
 */
#include "records/set.h"

#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/sized.h"
#include "base/text.h"
#include "records/record.h"

#define TTL 600
#define MX_PRIORITY 10
#define MX_PRIORITY_MAX 65535
#define PATH_MAX_LENGTH 64

SIZED_INIT_FUNCTION(record_set_request)

const char *tcses_purpose_name(int32_t purpose)
{
    static const char *const names[] = {"OTHER", "MX", "SPF", "DKIM", "DMARC"};
    return purpose >= TCSES_PURPOSE_MX && purpose <= TCSES_PURPOSE_DMARC ? names[purpose] : names[0];
}

tcses_status record_source_open(const tcses_record_set_request *request, record_source *source, tcses_error *error)
{
    tcses_record_set_request local = TCSES_RECORD_SET_REQUEST_INIT;
    const char *broken = request != NULL ? sized_copy(&local, sizeof local, sizeof local, request) : NULL;
    if (broken != NULL)
        return error_argument(error, "request", broken);
    if (local.reserved != 0)
        return error_argument(error, "reserved", "must be 0");
    if (local.ttl < 0)
        return error_argument(error, "ttl", "must not be negative");
    if (local.mx_priority < 0 || local.mx_priority > MX_PRIORITY_MAX)
        return error_argument(error, "mx_priority", "must be at most 65535, and not negative");
    memset(source, 0, sizeof *source);
    source->attributes = local.attributes;
    source->attributes_count = local.attributes_count;
    source->domain = local.domain;
    source->zone = local.zone;
    source->ttl = local.ttl > 0 ? local.ttl : TTL;
    source->mx_priority = local.mx_priority > 0 ? local.mx_priority : MX_PRIORITY;
    return TCSES_OK;
}

/* ---- building ---- */

typedef struct builder {
    const record_source *source;
    arena *a;
    tcses_record_set *set;
    tcses_error *error;
} builder;

static tcses_status take_name(const builder *b, const char *argument, const char *text, const char **name)
{
    const char *rule = NULL;
    record_result result = record_name(b->a, text, name, &rule);
    if (result == RECORD_BROKEN)
        return error_argument(b->error, argument, rule);
    return result == RECORD_FINE ? TCSES_OK : error_memory(b->error);
}

/* The name relative to the zone, a part of it; NULL if it is not in the zone. */
static const char *relative(const char *name, size_t length, const char *zone)
{
    size_t zone_length = strlen(zone);
    if (strcmp(name, zone) == 0)
        return "@";
    if (length <= zone_length || strcmp(name + length - zone_length, zone) != 0)
        return NULL;
    return name[length - zone_length - 1] == '.' ? name : NULL;
}

static tcses_status refuse_zone(const builder *b, const char *name)
{
    return error_set(b->error, TCSES_ERR_ARGUMENT, "zone", "zone: %s is not in the zone %s", name, b->set->zone);
}

static tcses_status place_in_zone(const builder *b, tcses_record *record)
{
    const char *zone = b->set->zone;
    size_t length = strlen(record->name);
    if (zone == NULL)
        return TCSES_OK;
    const char *found = relative(record->name, length, zone);
    if (found == NULL)
        return refuse_zone(b, record->name);
    if (found != record->name) {
        record->relative_name = found;
        return TCSES_OK;
    }
    record->relative_name = arena_copy(b->a, found, length - strlen(zone) - 1);
    return record->relative_name != NULL ? TCSES_OK : error_memory(b->error);
}

static tcses_status refuse_record(const builder *b, size_t i, const char *member, const char *json, const char *rule)
{
    char path[PATH_MAX_LENGTH];
    const char *at = b->source->saved_at;
    if (at != NULL)
        snprintf(path, sizeof path, "%sAttributes[%zu].%s", at, i, json);
    else
        snprintf(path, sizeof path, "attributes[%zu]%s%s", i, member[0] != '\0' ? "." : "", member);
    return error_set(b->error, at != NULL ? TCSES_ERR_RESPONSE : TCSES_ERR_ARGUMENT, path, "%s: %s", path, rule);
}

static tcses_status build_record(const builder *b, size_t i, tcses_record *record)
{
    static const struct {
        const char *member, *json;
    } members[] = {{"type", "Type"}, {"send_domain", "SendDomain"}, {"expected_value", "ExpectedValue"}};
    tcses_dns_attribute attribute;
    record_fault fault = {RECORD_TYPE, NULL};
    const tcses_dns_attribute *given = b->source->attributes[i];
    const char *broken = given == NULL ? "must not be NULL" : NULL;
    if (given != NULL)
        broken = sized_copy(&attribute, sizeof attribute, sizeof attribute, given);
    if (broken != NULL)
        return refuse_record(b, i, "", "", broken);
    record->ttl = b->source->ttl;
    record_result result = record_read(b->a, &attribute, b->source->mx_priority, record, &fault);
    if (result == RECORD_NO_MEMORY)
        return error_memory(b->error);
    if (result == RECORD_BROKEN)
        return refuse_record(b, i, members[fault.member].member, members[fault.member].json, fault.rule);
    return place_in_zone(b, record);
}

/* MX, SPF, DKIM, DMARC, others; each kind as the service sends them. */
static void sort(const tcses_record *records, size_t count, const tcses_record **sorted)
{
    static const int32_t order[] = {
        TCSES_PURPOSE_MX, TCSES_PURPOSE_SPF, TCSES_PURPOSE_DKIM, TCSES_PURPOSE_DMARC, TCSES_PURPOSE_OTHER};
    size_t n = 0;
    for (size_t kind = 0; kind < sizeof order / sizeof order[0]; kind++) {
        for (size_t i = 0; i < count; i++) {
            if (records[i].purpose == order[kind])
                sorted[n++] = &records[i];
        }
    }
}

static tcses_status build_records(const builder *b)
{
    size_t count = b->source->attributes_count;
    if (count == 0)
        return TCSES_OK;
    if (count > SIZE_MAX / 2 / sizeof(tcses_record))
        return error_memory(b->error);
    tcses_record *records = arena_take(b->a, count * sizeof *records);
    const tcses_record **sorted = arena_take(b->a, count * sizeof(tcses_record *));
    if (records == NULL || sorted == NULL)
        return error_memory(b->error);
    for (size_t i = 0; i < count; i++) {
        tcses_status status = build_record(b, i, &records[i]);
        if (status != TCSES_OK)
            return status;
    }
    sort(records, count, sorted);
    b->set->records = sorted;
    b->set->records_count = count;
    return TCSES_OK;
}

static tcses_status fill(const builder *b)
{
    const record_source *source = b->source;
    if (source->domain == NULL)
        return error_argument(b->error, "domain", "must not be NULL");
    if (source->attributes == NULL && source->attributes_count > 0)
        return error_argument(b->error, "attributes", "must not be NULL");
    tcses_status status = take_name(b, "domain", source->domain, &b->set->domain);
    if (status == TCSES_OK && source->zone != NULL)
        status = take_name(b, "zone", source->zone, &b->set->zone);
    if (status != TCSES_OK)
        return status;
    if (b->set->zone != NULL && relative(b->set->domain, strlen(b->set->domain), b->set->zone) == NULL)
        return refuse_zone(b, b->set->domain);
    return build_records(b);
}

tcses_status record_set_build(
    const record_source *source, const memory *mem, const tcses_record_set **out, tcses_error *error)
{
    arena *a = NULL;
    tcses_record_set *set = arena_tree_new(mem, sizeof *set, &a);
    if (set == NULL)
        return error_memory(error);
    set->size = sizeof *set;
    tcses_status status = fill(&(builder){source, a, set, error});
    if (status == TCSES_OK)
        *out = set; /* NOLINT(clang-analyzer-core.NullDereference): error_open_new() has refused a NULL */
    else
        arena_tree_free(set);
    return status;
}

tcses_status tcses_record_set_new(const tcses_record_set_request *request, const tcses_allocator *allocator,
    const tcses_record_set **out, tcses_error **error)
{
    memory mem;
    tcses_error *e = NULL;
    record_source source = {.attributes = NULL};
    if (out != NULL)
        *out = NULL;
    tcses_status status = error_open_new(error, allocator, out != NULL, &mem, &e);
    if (status != TCSES_OK)
        return status;
    status = request == NULL ? error_argument(e, "request", "must not be NULL")
                             : record_source_open(request, &source, e);
    if (status == TCSES_OK)
        status = record_set_build(&source, &mem, out, e);
    return error_close(error, e, status);
}

void tcses_record_set_free(const tcses_record_set *set)
{
    arena_tree_free(set);
}
