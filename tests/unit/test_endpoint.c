/* SPDX-License-Identifier: Apache-2.0 */
#include "support.h"

#include "base/error.h"
#include "call/endpoint.h"

static void test_endpoint__good(void **state)
{
    (void)state;
    static const struct {
        const char *text, *url, *host;
    } good[] = {
        {"ses.tencentcloudapi.com", "https://ses.tencentcloudapi.com/", "ses.tencentcloudapi.com"},
        {"ses.tencentcloudapi.com/", "https://ses.tencentcloudapi.com/", "ses.tencentcloudapi.com"},
        {"localhost", "https://localhost/", "localhost"},
        {"localhost:8443", "https://localhost:8443/", "localhost:8443"},
        {"https://ses.example:443/", "https://ses.example:443/", "ses.example:443"},
        {"http://127.0.0.1:65535", "http://127.0.0.1:65535/", "127.0.0.1:65535"},
        {"http://[::1]:80", "http://[::1]:80/", "[::1]:80"},
        {"[2001:db8::192.0.2.1]", "https://[2001:db8::192.0.2.1]/", "[2001:db8::192.0.2.1]"},
        {"a_b-c.D.example", "https://a_b-c.D.example/", "a_b-c.D.example"},
    };
    memory mem = memory_default();
    for (size_t i = 0; i < COUNT_OF(good); i++) {
        call_place place = {NULL, NULL};
        assert_int_equal(endpoint_parse(&mem, good[i].text, "endpoint", &place, NULL), TCSES_OK);
        assert_string_equal(place.url, good[i].url);
        assert_string_equal(place.host, good[i].host);
        endpoint_free(&mem, &place);
        assert_null(place.url);
    }
}

static void test_endpoint__bad(void **state)
{
    (void)state;
    char long_host[257];
    memset(long_host, 'a', sizeof long_host - 1);
    long_host[sizeof long_host - 1] = '\0';
    const char *const bad[] = {"", "/", "http://", "https://", "https:///", ":80", "http://:80", "host:", "host:0",
        "host:65536", "host:99999999999999999999", "host:80a", "host:-1", "host:8 0", "host//", "host/path",
        "host:80/path", "host?x", "host#x", "http://https://host", "ftp://host", "HTTP://host", "user@host",
        "user:pass@host", "ho st", " host", "host\n", "host\r\nX-Evil: 1", "host\x01", "h\xC3\xA9.example", "[::1",
        "[]", "[::1]x", "[::1]:0", "::1", "[fe80::1%25eth0]", "host\\x", "*.example", long_host};
    memory mem = memory_default();
    for (size_t i = 0; i < COUNT_OF(bad); i++) {
        call_place place = {NULL, NULL};
        tcses_error *error = NULL, *e = NULL;
        assert_int_equal(error_open(&error, &mem, &e), TCSES_OK);
        if (endpoint_parse(&mem, bad[i], "endpoint", &place, e) != TCSES_ERR_ARGUMENT)
            fail_msg("taken: %s", bad[i]);
        assert_null(place.url);
        assert_null(place.host);
        expect_error(e, TCSES_ERR_ARGUMENT, "endpoint");
    }
}

static void test_endpoint__every_allocation_may_fail(void **state)
{
    (void)state;
    size_t failures = 0;
    for (bool reached = true; reached;) {
        test_memory m;
        call_place place = {NULL, NULL};
        test_memory_init(&m);
        m.fail_at = failures + 1;
        memory mem = test_memory_inside(&m);
        tcses_status status = endpoint_parse(&mem, "host:1", "endpoint", &place, NULL);
        reached = m.taken >= m.fail_at;
        assert_int_equal(status, reached ? TCSES_ERR_MEMORY : TCSES_OK);
        if (!reached)
            endpoint_free(&mem, &place);
        assert_int_equal(m.live, 0);
        failures += reached;
    }
    assert_int_equal(failures, 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_endpoint__good),
        cmocka_unit_test(test_endpoint__bad),
        cmocka_unit_test(test_endpoint__every_allocation_may_fail),
    };
    return cmocka_run_group_tests_name("endpoint", tests, NULL, NULL);
}
