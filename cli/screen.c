/* SPDX-License-Identifier: Apache-2.0 */
#include "screen.h"

#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>
#include <wchar.h>

static size_t progress_width; /* of what stands on the line; 0: nothing */

bool screen_is_terminal(FILE *stream)
{
    return isatty(fileno(stream)) == 1;
}

bool screen_is_live(FILE *stream)
{
    const char *term = getenv("TERM");
    return screen_is_terminal(stream) && (term == NULL || strcmp(term, "dumb") != 0);
}

bool screen_is_attended(void)
{
    return screen_is_terminal(stdin) && screen_is_terminal(stderr);
}

static bool is_colorful(FILE *stream)
{
    const char *no_color = getenv("NO_COLOR");
    if (no_color != NULL && no_color[0] != '\0')
        return false;
    return screen_is_live(stream);
}

const char *screen_color(FILE *stream, color c)
{
    static const char *const codes[] = {"\033[0m", "\033[1m", "\033[31m", "\033[32m", "\033[33m"};
    return is_colorful(stream) ? codes[c] : "";
}

size_t screen_width(FILE *stream)
{
    struct winsize size;
    if (!screen_is_terminal(stream) || ioctl(fileno(stream), TIOCGWINSZ, &size) != 0)
        return 0;
    return size.ws_col;
}

size_t screen_text_width(const char *text)
{
    mbstate_t state;
    size_t width = 0;
    wchar_t character = 0;
    size_t length = 0;
    memset(&state, 0, sizeof state);
    while ((length = mbrtowc(&character, text, strlen(text), &state)) != 0) {
        if (length > strlen(text)) /* not UTF-8: a byte, a column */
            return width + strlen(text);
        int columns = wcwidth(character);
        width += columns > 0 ? (size_t)columns : 0;
        text += length;
    }
    return width;
}

void screen_pad(FILE *stream, const char *text, size_t width)
{
    size_t taken = screen_text_width(text);
    fprintf(stream, "%s%*s", text, taken < width ? (int)(width - taken) : 0, "");
}

/* How many bytes of the text fit into the columns. */
static size_t fitting(const char *text, size_t width)
{
    size_t length = strlen(text);
    char shorter[512];
    if (length >= sizeof shorter)
        length = sizeof shorter - 1;
    memcpy(shorter, text, length);
    shorter[length] = '\0';
    while (screen_text_width(shorter) > width) {
        do
            length--;
        while (length > 0 && ((unsigned char)shorter[length] & 0xC0) == 0x80);
        shorter[length] = '\0';
    }
    return length;
}

void screen_progress(const char *text)
{
    size_t width = screen_width(stderr);
    size_t length = width > 1 ? fitting(text, width - 1) : strlen(text);
    fprintf(stderr, "\r\033[K%.*s", (int)length, text);
    fflush(stderr);
    progress_width = length;
}

void screen_end_progress(void)
{
    if (progress_width > 0)
        fputc('\n', stderr);
    progress_width = 0;
}
