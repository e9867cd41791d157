/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_TEXT_H
#define CLI_TEXT_H

#include <stdbool.h>

/* What people read, in both languages side by side. Both may be formats of the same arguments. */
#define TEXT(english, chinese) (text_is_chinese() ? (chinese) : (english))

/* Takes the language from the locale's variables, and makes characters UTF-8 whatever the locale says. */
void text_set_up(void);

/* "zh-CN" or "en-US"; anything else is refused. */
bool text_set_language(const char *language);

bool text_is_chinese(void);
const char *text_language(void);

#endif
