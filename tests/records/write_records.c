/* SPDX-License-Identifier: Apache-2.0 */
/*
 * write_records FORMAT ZONE: reads a saved answer of the service and writes its records in a format, which is a number.
 * ZONE is "-" if none is named.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <tcses/tcses.h>

static char *read_all(size_t *length)
{
    size_t room = 1 << 20;
    char *text = malloc(room);
    *length = text != NULL ? fread(text, 1, room, stdin) : 0;
    return text;
}

static int complain(const tcses_error *error)
{
    fprintf(stderr, "%s: %s\n", tcses_status_name(tcses_error_status(error)), tcses_error_message(error));
    return 1;
}

int main(int count, char **arguments)
{
    tcses_record_set_request request = TCSES_RECORD_SET_REQUEST_INIT;
    tcses_render_options options = TCSES_RENDER_OPTIONS_INIT;
    const tcses_record_set *set = NULL;
    const tcses_text *text = NULL;
    tcses_error *error = NULL;
    size_t length = 0;
    int result = 0;
    if (count != 3)
        return 2;
    options.format = atoi(arguments[1]);
    request.zone = strcmp(arguments[2], "-") != 0 ? arguments[2] : NULL;
    char *json = read_all(&length);
    if (json == NULL || tcses_record_set_from_json(json, length, &request, NULL, &set, &error) != TCSES_OK ||
        tcses_record_set_render(set, &options, NULL, &text, &error) != TCSES_OK)
        result = complain(error);
    else
        fwrite(text->text, 1, text->length, stdout);
    tcses_text_free(text);
    tcses_record_set_free(set);
    tcses_error_free(error);
    free(json);
    return result;
}
