/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * The words of findings: each has them, names only what there is, and stands in docs/findings.md. With the argument
 * "--page" the program prints that page.
 */
#include "support.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/buffer.h"
#include "base/text.h"
#include "dns/findings.h"

/* ---- the page ---- */

static const char introduction[] =
    "# What the doctor finds\n"
    "\n"
    "`tcses domain doctor` and `tcses_doctor_run()` say of each record whether it is right, and why not. A finding has "
    "a "
    "code for\n"
    "programs, which stays, and words for people, which may change: what is so, and what to type where. One code may "
    "have "
    "several\n"
    "wordings. What stands in `these letters` is filled in. More codes may come.\n"
    "\n"
    "An *error* goes with a record that is wrong, missing or in conflict; a *warning* is worth a look and stops "
    "nothing; a "
    "*note* asks\n"
    "for nothing. A zone that holds exactly what the service asks for has none above a note.\n";

/* {place} becomes `place`; a bar would end the table's cell. */
static void append_words(buffer *b, const char *text)
{
    for (; text != NULL && *text != '\0'; text++) {
        if (*text == '{' || *text == '}')
            buffer_append_text(b, "`");
        else if (*text == '|')
            buffer_append_text(b, "\\|");
        else
            buffer_append(b, text, 1);
    }
}

static void append_row(buffer *b, const tcses_finding *f, bool is_chinese)
{
    static const char *const severities[] = {"", "note", "warning", "error"};
    static const char *const chinese[] = {"", "提示", "警告", "错误"};
    buffer_append_text(b, "| `");
    buffer_append_text(b, f->code);
    buffer_append_text(b, "` | ");
    buffer_append_text(b, (is_chinese ? chinese : severities)[f->severity]);
    buffer_append_text(b, " | ");
    append_words(b, is_chinese ? f->chinese : f->english);
    buffer_append_text(b, " | ");
    append_words(b, is_chinese ? f->fix_chinese : f->fix_english);
    buffer_append_text(b, " |\n");
}

static void append_table(buffer *b, bool is_chinese)
{
    buffer_append_text(b, is_chinese
                              ? "\n## 中文\n\n| 代码 | 程度 | 含义 | 怎么办 |\n|---|---|---|---|\n"
                              : "\n## English\n\n| code | severity | meaning | what to do |\n|---|---|---|---|\n");
    for (int id = 0; id < FINDING_IDS; id++) {
        tcses_finding f = finding_words((finding_id)id);
        append_row(b, &f, is_chinese);
    }
}

static void append_page(buffer *b)
{
    memory mem = memory_default();
    buffer_init(b, &mem);
    buffer_append_text(b, introduction);
    append_table(b, false);
    append_table(b, true);
}

/* ---- tests ---- */

static void test_findings__are_all_in_the_page(void **state)
{
    buffer b;
    static char page[131072];
    FILE *stream = fopen(TEST_DOCS_FOLDER "/findings.md", "r");
    (void)state;
    assert_non_null(stream);
    size_t length = fread(page, 1, sizeof page - 1, stream);
    fclose(stream);
    page[length] = '\0';
    append_page(&b);
    if (strcmp(page, buffer_text(&b)) != 0)
        fail_msg("docs/findings.md is not what test_findings --page prints");
    buffer_free(&b);
}

static void expect_places(const char *text)
{
    static const char *const places[] = {
        "name", "host", "zone", "type", "where", "servers", "problem", "found", "number", "wait"};
    while (text != NULL && (text = strchr(text, '{')) != NULL) {
        size_t length = strcspn(++text, "}");
        bool is_known = false;
        for (size_t i = 0; i < COUNT_OF(places); i++)
            is_known = is_known || (strlen(places[i]) == length && strncmp(text, places[i], length) == 0);
        if (!is_known)
            fail_msg("{%.*s is no place", (int)length, text);
    }
}

static void test_findings__have_a_code_words_and_a_severity(void **state)
{
    (void)state;
    for (int id = 0; id < FINDING_IDS; id++) {
        tcses_finding f = finding_words((finding_id)id);
        if (f.code == NULL)
            fail_msg("finding %d has no words", id);
        for (const char *c = f.code; *c != '\0'; c++)
            assert_true((*c >= 'A' && *c <= 'Z') || *c == '_' || text_is_digit(*c));
        assert_in_range(f.severity, TCSES_FINDING_NOTE, TCSES_FINDING_ERROR);
        assert_non_null(f.english);
        assert_non_null(f.chinese);
        assert_int_equal(f.fix_english == NULL, f.fix_chinese == NULL);
        expect_places(f.english);
        expect_places(f.chinese);
        expect_places(f.fix_english);
        expect_places(f.fix_chinese);
        assert_true(f.severity != TCSES_FINDING_ERROR || f.fix_english != NULL);
    }
}

static const tcses_finding *make(arena *a, finding_id id, const finding_facts *facts)
{
    memory mem = memory_default();
    arena_init(a, &mem);
    const tcses_finding *f = finding_make(a, id, facts);
    assert_non_null(f);
    return f;
}

static void test_findings__are_filled_in(void **state)
{
    arena a;
    finding_facts facts = {
        .name = "mail.example.com", .host = "mail", .zone = "example.com", .type = "TXT", .fix_value = "v"};
    (void)state;
    const tcses_finding *f = make(&a, FINDING_SPF_NONE, &facts);
    assert_string_equal(f->code, "SPF_NONE");
    assert_int_equal(f->severity, TCSES_FINDING_ERROR);
    assert_non_null(strstr(f->english, "mail.example.com has no SPF record"));
    assert_string_equal(
        f->fix_english, "In the DNS console of example.com, add a record: host mail, type TXT, value as below.");
    assert_string_equal(f->fix_chinese,
        "在 example.com 的 DNS 控制台添加一条记录：主机记录填 mail，记录类型选 TXT，记录值填下面的内容。");
    assert_string_equal(f->fix_value, "v");
    arena_free(&a);
}

static void test_findings__say_how_long_to_wait(void **state)
{
    static const struct {
        int32_t seconds;
        const char *english, *chinese;
    } waits[] = {{-1, "0 seconds", "0 秒"}, {1, "1 second ", "1 秒"}, {119, "119 seconds", "119 秒"},
        {120, "2 minutes", "2 分钟"}, {121, "3 minutes", "3 分钟"}, {7199, "120 minutes", "120 分钟"},
        {7200, "2 hours", "2 小时"}, {86400, "24 hours", "24 小时"}};
    (void)state;
    for (size_t i = 0; i < COUNT_OF(waits); i++) {
        arena a;
        finding_facts facts = {.seconds = waits[i].seconds};
        const tcses_finding *f = make(&a, FINDING_NEG_CACHED, &facts);
        assert_non_null(strstr(f->english, waits[i].english));
        assert_non_null(strstr(f->chinese, waits[i].chinese));
        assert_null(f->fix_value);
        arena_free(&a);
    }
}

static void test_findings__show_the_beginning_of_what_was_found(void **state)
{
    arena a;
    char text[101] = "";
    (void)state;
    for (size_t i = 0; i < 33; i++)
        strcat(text, "\xE4\xB8\xAD");
    strcat(text, "x");
    finding_facts facts = {
        .name = "n", .host = "h", .zone = "z", .type = "TXT", .found = text + 2, .problem = "english"};
    for (size_t skipped = 0; skipped < 3; skipped++) {
        /* Cut within a character, it would be no UTF-8. */
        facts.found = text + 3 * skipped;
        facts.problem_chinese = "中文";
        const tcses_finding *f = make(&a, FINDING_DKIM_SYNTAX, &facts);
        assert_null(text_rule_utf8(f->english));
        assert_non_null(strstr(f->english, "\xE4\xB8\xAD ..."));
        assert_non_null(strstr(f->english, " english,"));
        assert_non_null(strstr(f->chinese, "中文，"));
        arena_free(&a);
    }
    char shifted[101];
    snprintf(shifted, sizeof shifted, "a%.90s", text);
    facts.found = shifted;
    const tcses_finding *f = make(&a, FINDING_DKIM_SYNTAX, &facts);
    assert_null(text_rule_utf8(f->english));
    arena_free(&a);
    facts.found = "short";
    f = make(&a, FINDING_DKIM_SYNTAX, &facts);
    assert_non_null(strstr(f->english, "Found: short"));
    assert_null(strstr(f->english, "..."));
    arena_free(&a);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_findings__are_all_in_the_page),
        cmocka_unit_test(test_findings__have_a_code_words_and_a_severity),
        cmocka_unit_test(test_findings__are_filled_in),
        cmocka_unit_test(test_findings__say_how_long_to_wait),
        cmocka_unit_test(test_findings__show_the_beginning_of_what_was_found),
    };
    if (argc == 2 && strcmp(argv[1], "--page") == 0) {
        buffer b;
        append_page(&b);
        fputs(buffer_text(&b), stdout);
        buffer_free(&b);
        return 0;
    }
    return cmocka_run_group_tests(tests, NULL, NULL);
}
