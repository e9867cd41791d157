/* SPDX-License-Identifier: Apache-2.0 */
#include "text.h"

#include <langinfo.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>

static bool is_chinese;

/* The variables and not the locale: a system may not have the Chinese one installed. */
static const char *locale_variable(void)
{
    static const char *const names[] = {"LC_ALL", "LC_MESSAGES", "LANG"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        const char *value = getenv(names[i]);
        if (value != NULL && value[0] != '\0')
            return value;
    }
    return "";
}

void text_set_up(void)
{
    is_chinese = strncmp(locale_variable(), "zh", 2) == 0;
    /* The service's texts are UTF-8, and in plain C their widths could not be told. */
    if (setlocale(LC_CTYPE, "") == NULL || strcmp(nl_langinfo(CODESET), "UTF-8") != 0)
        setlocale(LC_CTYPE, "C.UTF-8");
}

bool text_set_language(const char *language)
{
    bool chinese = strcmp(language, "zh-CN") == 0;
    if (!chinese && strcmp(language, "en-US") != 0)
        return false;
    is_chinese = chinese;
    return true;
}

bool text_is_chinese(void)
{
    return is_chinese;
}

const char *text_language(void)
{
    return is_chinese ? "zh-CN" : "en-US";
}
