/* SPDX-License-Identifier: Apache-2.0
 *
 * parse FILE TIMES: json_loadb() and json_decref() alone, the least that a decoder on jansson can do.
 */
#include <jansson.h>
#include <stdlib.h>

#include "measure.h"

typedef struct text {
    char *data;
    size_t length;
} text;

static bool parse_once(void *ctx)
{
    const text *t = ctx;
    json_t *document = json_loadb(t->data, t->length, 0, NULL);
    json_decref(document);
    return document != NULL;
}

int main(int argc, char **argv)
{
    text t;
    if (argc != 3)
        measure_die("Usage: parse FILE TIMES");
    t.data = measure_read(argv[1], &t.length);
    int result = measure_loop(parse_once, &t, (size_t)strtoul(argv[2], NULL, 10));
    free(t.data);
    return result;
}
