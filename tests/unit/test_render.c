/* SPDX-License-Identifier: Apache-2.0 */
#include "support.h"

#include <tcses/sys/text.h>

#include <stdio.h>
#include <stdlib.h>

#define TEXT_OF(name, value)                                                      \
    {                                                                             \
        sizeof(tcses_dns_attribute), "TXT", (name), (value), NULL, TCSES_UNSET, 0 \
    }

#define KEY "v=DKIM1; k=ed25519; p=V1kccrd4yyTSLdY0jutLmGUB21MP/5Wk1x41TAt4rAY="

static const tcses_record_set *set_of(
    const char *domain, const char *zone, const tcses_dns_attribute *attributes, size_t count)
{
    const tcses_dns_attribute *list[8] = {NULL};
    tcses_record_set_request request = TCSES_RECORD_SET_REQUEST_INIT;
    const tcses_record_set *set = NULL;
    tcses_error *error = NULL;
    for (size_t i = 0; i < count; i++)
        list[i] = &attributes[i];
    request.domain = domain;
    request.zone = zone;
    request.attributes = list;
    request.attributes_count = count;
    if (tcses_record_set_new(&request, NULL, &set, &error) != TCSES_OK)
        fail_msg("%s", tcses_error_message(error));
    return set;
}

/* The records of a domain at its zone's top, and one of another type. */
static const tcses_record_set *usual_set(const char *zone)
{
    const tcses_dns_attribute attributes[] = {
        {sizeof(tcses_dns_attribute), "MX", "example.com", "5 mxbiz1.qq.com.", "", TCSES_FALSE, 0},
        {sizeof(tcses_dns_attribute), "TXT", "example.com", "v=spf1 include:qcloudmail.com ~all", "v=spf1 -all",
            TCSES_TRUE, 0},
        TEXT_OF("s1._domainkey.example.com", KEY),
        {sizeof(tcses_dns_attribute), "CNAME", "s2._domainkey.example.com", "k.example.net", NULL, TCSES_UNSET, 0},
    };
    return set_of("example.com", zone, attributes, COUNT_OF(attributes));
}

static void expect_rendered(
    const tcses_record_set *set, int32_t format, int32_t panel, const char *language, const char *expected)
{
    tcses_render_options options = TCSES_RENDER_OPTIONS_INIT;
    const tcses_text *text = NULL;
    tcses_error *error = NULL;
    options.format = format;
    options.panel = panel;
    options.language = language;
    if (tcses_record_set_render(set, &options, NULL, &text, &error) != TCSES_OK)
        fail_msg("%s", tcses_error_message(error));
    assert_string_equal(text->text, expected);
    assert_int_equal(text->length, strlen(expected));
    assert_int_equal(text->size, sizeof *text);
    tcses_text_free(text);
}

static void test_render__a_panel_of_dnspod(void **state)
{
    (void)state;
    const tcses_record_set *set = usual_set("example.com");
    expect_rendered(set, TCSES_FORMAT_PANEL, TCSES_PANEL_DNSPOD, NULL,
        "1. MX\n"
        "  Host          @\n"
        "  Type          MX\n"
        "  MX priority   5\n"
        "  TTL           600\n"
        "  Value\n"
        "mxbiz1.qq.com.\n"
        "\n"
        "2. SPF\n"
        "  Host          @\n"
        "  Type          TXT\n"
        "  TTL           600\n"
        "  Value\n"
        "v=spf1 include:qcloudmail.com ~all\n"
        "\n"
        "3. DKIM\n"
        "  Host          s1._domainkey\n"
        "  Type          TXT\n"
        "  TTL           600\n"
        "  Value\n" KEY "\n"
        "\n"
        "4. DKIM\n"
        "  Host          s2._domainkey\n"
        "  Type          CNAME\n"
        "  TTL           600\n"
        "  Value\n"
        "k.example.net.\n");
    expect_rendered(set, TCSES_FORMAT_PANEL, TCSES_PANEL_DNSPOD, "zh-CN",
        "1. MX\n"
        "  主机记录      @\n"
        "  记录类型      MX\n"
        "  MX 优先级     5\n"
        "  TTL           600\n"
        "  记录值\n"
        "mxbiz1.qq.com.\n"
        "\n"
        "2. SPF\n"
        "  主机记录      @\n"
        "  记录类型      TXT\n"
        "  TTL           600\n"
        "  记录值\n"
        "v=spf1 include:qcloudmail.com ~all\n"
        "\n"
        "3. DKIM\n"
        "  主机记录      s1._domainkey\n"
        "  记录类型      TXT\n"
        "  TTL           600\n"
        "  记录值\n" KEY "\n"
        "\n"
        "4. DKIM\n"
        "  主机记录      s2._domainkey\n"
        "  记录类型      CNAME\n"
        "  TTL           600\n"
        "  记录值\n"
        "k.example.net.\n");
    tcses_record_set_free(set);
}

static void test_render__panels_of_others_have_no_final_dot(void **state)
{
    (void)state;
    const tcses_dns_attribute mx = {sizeof mx, "MX", "mail.example.com", "mxbiz1.qq.com.", NULL, TCSES_UNSET, 0};
    const tcses_record_set *set = set_of("mail.example.com", "example.com", &mx, 1);
    expect_rendered(set, TCSES_FORMAT_PANEL, TCSES_PANEL_ALIYUN, "en-US",
        "1. MX\n"
        "  Hostname      mail\n"
        "  Record type   MX\n"
        "  MX priority   10\n"
        "  TTL           600\n"
        "  Record value\n"
        "mxbiz1.qq.com\n");
    expect_rendered(set, TCSES_FORMAT_PANEL, TCSES_PANEL_ALIYUN, "zh-CN",
        "1. MX\n"
        "  主机记录      mail\n"
        "  记录类型      MX\n"
        "  MX 优先级     10\n"
        "  TTL           600\n"
        "  记录值\n"
        "mxbiz1.qq.com\n");
    expect_rendered(set, TCSES_FORMAT_PANEL, TCSES_PANEL_CLOUDFLARE, "en-US",
        "1. MX\n"
        "  Name          mail\n"
        "  Type          MX\n"
        "  Priority      10\n"
        "  TTL           600\n"
        "  Content\n"
        "mxbiz1.qq.com\n");
    expect_rendered(set, TCSES_FORMAT_PANEL, TCSES_PANEL_CLOUDFLARE, "zh-CN",
        "1. MX\n"
        "  名称          mail\n"
        "  类型          MX\n"
        "  优先级        10\n"
        "  TTL           600\n"
        "  内容\n"
        "mxbiz1.qq.com\n");
    tcses_record_set_free(set);
}

static void test_render__a_panel_without_a_zone_says_so(void **state)
{
    (void)state;
    const tcses_dns_attribute text = TEXT_OF("_dmarc.mail.example.com", "v=DMARC1; p=none");
    const tcses_record_set *set = set_of("mail.example.com", NULL, &text, 1);
    const tcses_text *rendered = NULL;
    assert_int_equal(tcses_record_set_render(set, NULL, NULL, &rendered, NULL), TCSES_OK);
    assert_string_equal(rendered->text,
        "No zone was named, so names are full. Where the console adds the zone's name itself, leave it out.\n"
        "\n"
        "1. DMARC\n"
        "  Host          _dmarc.mail.example.com\n"
        "  Type          TXT\n"
        "  TTL           600\n"
        "  Value\n"
        "v=DMARC1; p=none\n");
    tcses_text_free(rendered);
    expect_rendered(set, TCSES_FORMAT_PANEL, TCSES_PANEL_CLOUDFLARE, "zh-CN",
        "未指定主域名（zone），以下是完整名称；控制台会自动补上主域名的，填写时请去掉这一部分。\n"
        "\n"
        "1. DMARC\n"
        "  名称          _dmarc.mail.example.com\n"
        "  类型          TXT\n"
        "  TTL           600\n"
        "  内容\n"
        "v=DMARC1; p=none\n");
    tcses_record_set_free(set);
}

static void test_render__a_zone_file(void **state)
{
    (void)state;
    const tcses_record_set *set = usual_set(NULL);
    expect_rendered(set, TCSES_FORMAT_BIND, 0, NULL,
        "; MX\n"
        "example.com. 600 IN MX 5 mxbiz1.qq.com.\n"
        "; SPF\n"
        "example.com. 600 IN TXT \"v=spf1 include:qcloudmail.com ~all\"\n"
        "; DKIM, selector s1, ed25519, 256 bits\n"
        "s1._domainkey.example.com. 600 IN TXT \"" KEY "\"\n"
        "; DKIM, selector s2\n"
        "s2._domainkey.example.com. 600 IN CNAME k.example.net.\n");
    tcses_record_set_free(set);
}

/* So many times the letter, as a value; released by the caller. */
static char *letters(size_t count)
{
    char *text = malloc(count + 1);
    memset(text, 'x', count);
    text[count] = '\0';
    return text;
}

static void test_render__a_zone_file_has_strings_of_255_octets(void **state)
{
    (void)state;
    static const size_t lengths[] = {0, 1, 254, 255, 256, 510, 511, 64770};
    for (size_t i = 0; i < COUNT_OF(lengths); i++) {
        char *value = letters(lengths[i]);
        const tcses_dns_attribute text = TEXT_OF("a.b", value);
        const tcses_record_set *set = set_of("a.b", NULL, &text, 1);
        size_t room = lengths[i] + lengths[i] / 40 + 200;
        char *expected = malloc(room);
        int at = snprintf(expected, room, "; OTHER\na.b. 600 IN TXT %s", lengths[i] > 255 ? "(\n    " : "");
        for (size_t done = 0; done == 0 || done < lengths[i]; done += 255) {
            size_t part = lengths[i] - done < 255 ? lengths[i] - done : 255;
            at += snprintf(expected + at, room - (size_t)at, "%s\"%.*s\"", done > 0 ? "\n    " : "", (int)part, value);
        }
        snprintf(expected + at, room - (size_t)at, "%s\n", lengths[i] > 255 ? " )" : "");
        expect_rendered(set, TCSES_FORMAT_BIND, 0, NULL, expected);
        tcses_record_set_free(set);
        free(expected);
        free(value);
    }
}

static void test_render__a_zone_file_escapes(void **state)
{
    (void)state;
    const tcses_dns_attribute text = TEXT_OF("a.b", "; \"quoted\" \\; ( ) \t\n\x7F ~\xE4\xBD\xA0\xFF\x01 $@");
    const tcses_record_set *set = set_of("a.b", NULL, &text, 1);
    expect_rendered(set, TCSES_FORMAT_BIND, 0, NULL,
        "; OTHER\n"
        "a.b. 600 IN TXT \"; \\\"quoted\\\" \\\\; ( ) \\009\\010\\127 ~\\228\\189\\160\\255\\001 $@\"\n");
    tcses_record_set_free(set);
}

static void test_render__requests_to_dnspod(void **state)
{
    (void)state;
    const tcses_record_set *set = usual_set("example.com");
    expect_rendered(set, TCSES_FORMAT_DNSPOD, 0, NULL,
        "[\n"
        "  {\n"
        "    \"Domain\": \"example.com\",\n"
        "    \"SubDomain\": \"@\",\n"
        "    \"RecordType\": \"MX\",\n"
        "    \"RecordLine\": \"默认\",\n"
        "    \"RecordLineId\": \"0\",\n"
        "    \"Value\": \"mxbiz1.qq.com.\",\n"
        "    \"MX\": 5,\n"
        "    \"TTL\": 600\n"
        "  },\n"
        "  {\n"
        "    \"Domain\": \"example.com\",\n"
        "    \"SubDomain\": \"@\",\n"
        "    \"RecordType\": \"TXT\",\n"
        "    \"RecordLine\": \"默认\",\n"
        "    \"RecordLineId\": \"0\",\n"
        "    \"Value\": \"v=spf1 include:qcloudmail.com ~all\",\n"
        "    \"TTL\": 600\n"
        "  },\n"
        "  {\n"
        "    \"Domain\": \"example.com\",\n"
        "    \"SubDomain\": \"s1._domainkey\",\n"
        "    \"RecordType\": \"TXT\",\n"
        "    \"RecordLine\": \"默认\",\n"
        "    \"RecordLineId\": \"0\",\n"
        "    \"Value\": \"" KEY "\",\n"
        "    \"TTL\": 600\n"
        "  },\n"
        "  {\n"
        "    \"Domain\": \"example.com\",\n"
        "    \"SubDomain\": \"s2._domainkey\",\n"
        "    \"RecordType\": \"CNAME\",\n"
        "    \"RecordLine\": \"默认\",\n"
        "    \"RecordLineId\": \"0\",\n"
        "    \"Value\": \"k.example.net.\",\n"
        "    \"TTL\": 600\n"
        "  }\n"
        "]\n");
    tcses_record_set_free(set);
}

static void test_render__terraform(void **state)
{
    (void)state;
    const tcses_record_set *set = usual_set("example.com");
    expect_rendered(set, TCSES_FORMAT_TERRAFORM, 0, NULL,
        "resource \"tencentcloud_dnspod_record\" \"ses_example_com_mx\" {\n"
        "  domain      = \"example.com\"\n"
        "  sub_domain  = \"@\"\n"
        "  record_type = \"MX\"\n"
        "  record_line = \"默认\"\n"
        "  value       = \"mxbiz1.qq.com.\"\n"
        "  mx          = 5\n"
        "  ttl         = 600\n"
        "}\n"
        "\n"
        "resource \"tencentcloud_dnspod_record\" \"ses_example_com_spf\" {\n"
        "  domain      = \"example.com\"\n"
        "  sub_domain  = \"@\"\n"
        "  record_type = \"TXT\"\n"
        "  record_line = \"默认\"\n"
        "  value       = \"v=spf1 include:qcloudmail.com ~all\"\n"
        "  ttl         = 600\n"
        "}\n"
        "\n"
        "resource \"tencentcloud_dnspod_record\" \"ses_example_com_dkim\" {\n"
        "  domain      = \"example.com\"\n"
        "  sub_domain  = \"s1._domainkey\"\n"
        "  record_type = \"TXT\"\n"
        "  record_line = \"默认\"\n"
        "  value       = \"" KEY "\"\n"
        "  ttl         = 600\n"
        "}\n"
        "\n"
        "resource \"tencentcloud_dnspod_record\" \"ses_example_com_dkim_2\" {\n"
        "  domain      = \"example.com\"\n"
        "  sub_domain  = \"s2._domainkey\"\n"
        "  record_type = \"CNAME\"\n"
        "  record_line = \"默认\"\n"
        "  value       = \"k.example.net.\"\n"
        "  ttl         = 600\n"
        "}\n");
    tcses_record_set_free(set);
}

static void expect_terraform_value(const char *value, const char *expected)
{
    char rendered[400];
    const tcses_dns_attribute text = TEXT_OF("a-1.b", value);
    const tcses_record_set *set = set_of("a-1.b", "a-1.b", &text, 1);
    snprintf(rendered, sizeof rendered,
        "resource \"tencentcloud_dnspod_record\" \"ses_a-1_b_other\" {\n"
        "  domain      = \"a-1.b\"\n"
        "  sub_domain  = \"@\"\n"
        "  record_type = \"TXT\"\n"
        "  record_line = \"默认\"\n"
        "  value       = %s\n"
        "  ttl         = 600\n"
        "}\n",
        expected);
    expect_rendered(set, TCSES_FORMAT_TERRAFORM, 0, NULL, rendered);
    tcses_record_set_free(set);
}

static void test_render__terraform_begins_no_template(void **state)
{
    (void)state;
    expect_terraform_value("", "\"\"");
    expect_terraform_value("a \"b\" \\ c", "\"a \\\"b\\\" \\\\ c\"");
    expect_terraform_value("exists:%{i}.x.y", "\"exists:%%{i}.x.y\"");
    expect_terraform_value("${file(\"x\")}", "\"$${file(\\\"x\\\")}\"");
    expect_terraform_value("$ % { } $$ %% $", "\"$ % { } $$ %% $\"");
    expect_terraform_value("$${a} %%{a}", "\"$$${a} %%%{a}\"");
    expect_terraform_value("%${a} $%{a} ${${", "\"%$${a} $%%{a} $${$${\"");
    expect_terraform_value("\xE4\xBD\xA0", "\"\xE4\xBD\xA0\"");
}

static void test_render__json(void **state)
{
    (void)state;
    const tcses_dns_attribute attributes[] = {
        {sizeof(tcses_dns_attribute), "MX", "a.b", "0 m.x", "\"old\\", TCSES_FALSE, 0},
        {sizeof(tcses_dns_attribute), "TXT", "s._domainkey.a.b", KEY, "", TCSES_TRUE, 0},
    };
    const tcses_record_set *set = set_of("a.b", "a.b", attributes, 2);
    expect_rendered(set, TCSES_FORMAT_JSON, 0, NULL,
        "{\n"
        "  \"Domain\": \"a.b\",\n"
        "  \"Zone\": \"a.b\",\n"
        "  \"Records\": [\n"
        "    {\n"
        "      \"Purpose\": \"MX\",\n"
        "      \"Type\": \"MX\",\n"
        "      \"Name\": \"a.b\",\n"
        "      \"RelativeName\": \"@\",\n"
        "      \"Value\": \"m.x\",\n"
        "      \"Priority\": 0,\n"
        "      \"TTL\": 600,\n"
        "      \"Selector\": null,\n"
        "      \"KeyType\": null,\n"
        "      \"KeyBits\": null,\n"
        "      \"CurrentValue\": \"\\\"old\\\\\",\n"
        "      \"Status\": false\n"
        "    },\n"
        "    {\n"
        "      \"Purpose\": \"DKIM\",\n"
        "      \"Type\": \"TXT\",\n"
        "      \"Name\": \"s._domainkey.a.b\",\n"
        "      \"RelativeName\": \"s._domainkey\",\n"
        "      \"Value\": \"" KEY "\",\n"
        "      \"Priority\": null,\n"
        "      \"TTL\": 600,\n"
        "      \"Selector\": \"s\",\n"
        "      \"KeyType\": \"ed25519\",\n"
        "      \"KeyBits\": 256,\n"
        "      \"CurrentValue\": \"\",\n"
        "      \"Status\": true\n"
        "    }\n"
        "  ]\n"
        "}\n");
    tcses_record_set_free(set);
    set = set_of("a.b", NULL, attributes, 0);
    expect_rendered(
        set, TCSES_FORMAT_JSON, 0, NULL, "{\n  \"Domain\": \"a.b\",\n  \"Zone\": null,\n  \"Records\": [\n  ]\n}\n");
    expect_rendered(set, TCSES_FORMAT_BIND, 0, NULL, "");
    tcses_record_set_free(set);
}

static void expect_refused(const tcses_record_set *set, const tcses_render_options *options, const char *field)
{
    const tcses_text *text = (const tcses_text *)(uintptr_t)1;
    tcses_error *error = NULL;
    assert_int_equal(tcses_record_set_render(set, options, NULL, &text, &error), TCSES_ERR_ARGUMENT);
    assert_string_equal(tcses_error_field(error), field);
    assert_null(text);
    tcses_error_free(error);
}

static void test_render__arguments_are_checked(void **state)
{
    (void)state;
    const tcses_record_set *set = usual_set(NULL);
    tcses_render_options options;
#define REFUSED(change, field)                           \
    tcses_render_options_init(&options, sizeof options); \
    options.change;                                      \
    expect_refused(set, &options, field)
    REFUSED(size = 1, "options");
    REFUSED(format = -1, "format");
    REFUSED(format = 5, "format");
    REFUSED(panel = -1, "panel");
    REFUSED(panel = 3, "panel");
    REFUSED(language = "en", "language");
    REFUSED(language = "", "language");
    REFUSED(format = TCSES_FORMAT_DNSPOD, "zone");
    REFUSED(format = TCSES_FORMAT_TERRAFORM, "zone");
    expect_refused(NULL, NULL, "set");
    assert_int_equal(tcses_record_set_render(set, NULL, NULL, NULL, NULL), TCSES_ERR_ARGUMENT);
    tcses_record_set_free(set);
    tcses_text_free(NULL);
}

static void test_render__bytes_that_are_no_text_fit_into_a_zone_file_alone(void **state)
{
    (void)state;
    static const char *const values[] = {"\xFF", "a\nb", "\x1B[31m"};
    for (size_t i = 0; i < COUNT_OF(values); i++) {
        const tcses_dns_attribute text = TEXT_OF("a.b", values[i]);
        const tcses_record_set *set = set_of("a.b", "a.b", &text, 1);
        const tcses_text *rendered = NULL;
        tcses_render_options options = TCSES_RENDER_OPTIONS_INIT;
        for (int32_t format = TCSES_FORMAT_PANEL; format <= TCSES_FORMAT_JSON; format++) {
            options.format = format;
            if (format != TCSES_FORMAT_BIND)
                expect_refused(set, &options, "format");
        }
        options.format = TCSES_FORMAT_BIND;
        assert_int_equal(tcses_record_set_render(set, &options, NULL, &rendered, NULL), TCSES_OK);
        tcses_text_free(rendered);
        tcses_record_set_free(set);
    }
    /* What the service saw stands in the JSON alone. */
    const tcses_dns_attribute seen = {sizeof seen, "TXT", "a.b", "x", "\xFF", TCSES_UNSET, 0};
    const tcses_record_set *set = set_of("a.b", "a.b", &seen, 1);
    tcses_render_options options = TCSES_RENDER_OPTIONS_INIT;
    const tcses_text *rendered = NULL;
    assert_int_equal(tcses_record_set_render(set, &options, NULL, &rendered, NULL), TCSES_OK);
    tcses_text_free(rendered);
    options.format = TCSES_FORMAT_JSON;
    expect_refused(set, &options, "format");
    tcses_record_set_free(set);
}

static void test_render__a_type_that_is_not_known_is_written_if_it_is_plain(void **state)
{
    (void)state;
    tcses_dns_attribute other = {sizeof other, "SRV", "_x._tcp.a.b", "1 2 3 host.a.b.", NULL, TCSES_UNSET, 0};
    const tcses_record_set *set = set_of("a.b", NULL, &other, 1);
    tcses_render_options options = TCSES_RENDER_OPTIONS_INIT;
    options.format = TCSES_FORMAT_BIND;
    expect_rendered(set, TCSES_FORMAT_BIND, 0, NULL, "; OTHER\n_x._tcp.a.b. 600 IN SRV 1 2 3 host.a.b.\n");
    tcses_record_set_free(set);
    static const char *const values[] = {"", "1 2 3 a.b.\nevil.a.b. IN A 192.0.2.1", "1 2 3 ;", "\"x\"", "(", "\xFF"};
    for (size_t i = 0; i < COUNT_OF(values); i++) {
        other.expected_value = values[i];
        set = set_of("a.b", NULL, &other, 1);
        expect_refused(set, &options, "format");
        tcses_record_set_free(set);
    }
}

static void test_render__others_make_texts_too(void **state)
{
    (void)state;
    test_memory m;
    const tcses_text *text = NULL;
    tcses_error *error = NULL;
    test_memory_init(&m);
    assert_int_equal(tcses_text_new("a\0bcd", 4, &m.allocator, &text, &error), TCSES_OK);
    assert_null(error);
    assert_int_equal(text->size, sizeof *text);
    assert_int_equal(text->length, 4);
    assert_memory_equal(text->text, "a\0bc", 5);
    tcses_text_free(text);
    assert_int_equal(m.live, 0);
    assert_int_equal(tcses_text_new(NULL, 0, &m.allocator, &text, &error), TCSES_ERR_ARGUMENT);
    assert_null(text);
    expect_error(error, TCSES_ERR_ARGUMENT, "text");
    assert_int_equal(tcses_text_new("", 0, &m.allocator, NULL, &error), TCSES_ERR_ARGUMENT);
    expect_error(error, TCSES_ERR_ARGUMENT, "out");
    for (size_t fail_at = 1; fail_at <= 3; fail_at++) {
        m.taken = 0;
        m.fail_at = fail_at;
        assert_int_equal(tcses_text_new("text", 4, &m.allocator, &text, &error), TCSES_ERR_MEMORY);
        assert_null(text);
        expect_error(error, TCSES_ERR_MEMORY, NULL);
    }
    assert_int_equal(m.live, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_render__a_panel_of_dnspod),
        cmocka_unit_test(test_render__panels_of_others_have_no_final_dot),
        cmocka_unit_test(test_render__a_panel_without_a_zone_says_so),
        cmocka_unit_test(test_render__a_zone_file),
        cmocka_unit_test(test_render__a_zone_file_has_strings_of_255_octets),
        cmocka_unit_test(test_render__a_zone_file_escapes),
        cmocka_unit_test(test_render__requests_to_dnspod),
        cmocka_unit_test(test_render__terraform),
        cmocka_unit_test(test_render__terraform_begins_no_template),
        cmocka_unit_test(test_render__json),
        cmocka_unit_test(test_render__arguments_are_checked),
        cmocka_unit_test(test_render__bytes_that_are_no_text_fit_into_a_zone_file_alone),
        cmocka_unit_test(test_render__a_type_that_is_not_known_is_written_if_it_is_plain),
        cmocka_unit_test(test_render__others_make_texts_too),
    };
    return cmocka_run_group_tests_name("render", tests, NULL, NULL);
}
