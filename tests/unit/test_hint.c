/* SPDX-License-Identifier: Apache-2.0 */
#include "support.h"

#include <tcses/tcses.h>

#include "call/hint.h"

static void test_hint__for_the_code_or_its_kind(void **state)
{
    (void)state;
    assert_non_null(strstr(hint_for_code(TCSES_CODE_DOMAIN_NOT_VERIFIED), "DNS records"));
    assert_non_null(strstr(hint_for_code("AuthFailure.SignatureExpire"), "clock"));
    assert_non_null(strstr(hint_for_code("RequestLimitExceeded.UinLimitExceeded"), "20"));
    assert_string_equal(hint_for_code("UnauthorizedOperation"), hint_for_code("AuthFailure.UnauthorizedOperation"));
    assert_null(hint_for_code("Brand.New"));
    assert_null(hint_for_code("RequestLimit"));
    assert_null(hint_for_code(""));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_hint__for_the_code_or_its_kind),
    };
    return cmocka_run_group_tests_name("hint", tests, NULL, NULL);
}
