/* SPDX-License-Identifier: Apache-2.0 */
#include "ask.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <termios.h>
#include <unistd.h>

#include "interrupt.h"
#include "screen.h"
#include "text.h"

static struct termios visible;
static atomic_bool is_hidden;

void ask_wipe(void *secret, size_t size)
{
    explicit_bzero(secret, size);
}

static void hide_input(void)
{
    struct termios hidden;
    if (tcgetattr(STDIN_FILENO, &visible) != 0)
        return;
    hidden = visible;
    hidden.c_lflag &= ~(tcflag_t)ECHO;
    hidden.c_lflag |= ECHONL;
    atomic_store(&is_hidden, true);
    tcsetattr(STDIN_FILENO, TCSAFLUSH, &hidden);
}

void ask_restore_terminal(void)
{
    if (atomic_exchange(&is_hidden, false))
        tcsetattr(STDIN_FILENO, TCSAFLUSH, &visible);
}

/*
 * Where input is read. A terminal throws away what was typed when Ctrl-C comes, also between poll() and read(), which
 * would then block. So it is opened once more, without blocking: the descriptor itself is shared with other programs.
 */
static int input_descriptor(void)
{
    static int descriptor = -1;
    char path[128];
    if (descriptor < 0 && ttyname_r(STDIN_FILENO, path, sizeof path) == 0)
        descriptor = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    if (descriptor < 0)
        descriptor = STDIN_FILENO;
    return descriptor;
}

ssize_t ask_read(void *room, size_t size)
{
    int input = input_descriptor();
    struct pollfd descriptors[] = {{input, POLLIN, 0}, {interrupt_descriptor(), POLLIN, 0}};
    for (;;) {
        if (poll(descriptors, 2, -1) < 0 && errno != EINTR)
            return -1;
        if (descriptors[1].revents != 0)
            return -1;
        if (descriptors[0].revents == 0)
            continue;
        ssize_t count = read(input, room, size);
        if (count >= 0 || (errno != EINTR && errno != EAGAIN))
            return count;
    }
}

/* Byte by byte: what comes after the line is left to who reads next. */
static answer read_line(char *room, size_t size)
{
    size_t length = 0;
    char byte = '\0';
    ssize_t got = 0;
    while ((got = ask_read(&byte, 1)) == 1 && byte != '\n') {
        if (length + 1 == size)
            return ANSWER_NONE;
        if (byte != '\r')
            room[length++] = byte;
    }
    room[length] = '\0';
    ask_wipe(&byte, sizeof byte);
    if (interrupt_signal() != 0)
        return ANSWER_INTERRUPTED;
    return got == 1 || length > 0 ? ANSWER_OK : ANSWER_NONE;
}

answer ask_line(const char *prompt, bool is_secret, char *room, size_t size)
{
    bool is_terminal = screen_is_terminal(stdin);
    room[0] = '\0';
    /* Hidden before the prompt is seen: what is typed in answer to it is never shown. */
    if (is_terminal && is_secret)
        hide_input();
    if (is_terminal)
        fputs(prompt, stderr);
    fflush(stderr);
    answer got = read_line(room, size);
    ask_restore_terminal();
    if (got != ANSWER_OK)
        ask_wipe(room, size);
    if (got != ANSWER_OK && is_terminal)
        fputc('\n', stderr);
    return got;
}

bool ask_yes(const char *question)
{
    char line[16];
    char prompt[256];
    snprintf(prompt, sizeof prompt, "%s [y/N] ", question);
    if (ask_line(prompt, false, line, sizeof line) != ANSWER_OK)
        return false;
    return strcasecmp(line, "y") == 0 || strcasecmp(line, "yes") == 0 || strcmp(line, TEXT("yes", "是")) == 0;
}
