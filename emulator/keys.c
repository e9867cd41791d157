/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * The public keys that DKIM records show: real RSA keys (SubjectPublicKeyInfo, base64), so that whatever reads the
 * records finds a key of the size it asked for. Nobody has the private halves; the emulator signs no mail.
 */
#include "keys.h"

#include <stddef.h>
#include <stdint.h>

enum { KEYS_A_SIZE = 4 };

static const char *const keys_1024[KEYS_A_SIZE] = {
    "MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQC2JvngP/PGnAHbEv0YC9NNJaDYLlhghcjxYvLLv2RUWftg8Uj9UEYG3TF0ib"
    "X8IMVy15A3yQzbtAkbJSjCDeBiexhgw0f7daDz5XqmTDxl6n3eBZNNTMERugrcEtQ13djYi2xrnn+V1zgNkmJmnrJdpGW/jgrO"
    "GMRQLyLVcLsXbwIDAQAB",
    "MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDQbZNFu76RAUJgbvinOZqBpBdepYbjcjid4JWdaafAGmW7Dg9UPm4Xle9fZR"
    "gxFNewguUbhAokOGIL85+I6Mmpqcy0m+E9yVI3knXH7v/8wk3mMOArm8Mx5WsPBIjfPElcoaLaTG0zzZCSILthT58myKGqJD6b"
    "JflM1R6Dl7b9ywIDAQAB",
    "MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQC6Bm9D/obd8rIezM+4YS55PlWHLcWT4adqlkQsoPiNTJd/RDQ8tdPzB907+I"
    "RRUcR0rDjvRrMlBurR+Dxfk4P9ooG2FnL87j4b9aziRBMH6rYYy5w7UQimJ4VD20hDc7yKI0Dk9AoqGpV2u6HMcOFswVFQqa4a"
    "6muHe8tIhHr0ewIDAQAB",
    "MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQC7GL3pFBOjL/Hs7hrnnZ1Bl35RqY596Uxt1lkZFTZKs/+O2IwkIYbFAM+83m"
    "07KvoqDu4Gj7F+WFq8BsXw+yesSq/E47TAwzlL+FFIG6ySDyl+x2BatLkhOBBZ5mMl2GYgbLnOiN5jRal2p04suABtyGBOe0LB"
    "zbws7te0jdyLZQIDAQAB",
};

static const char *const keys_2048[KEYS_A_SIZE] = {
    "MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAwjlP04Hh0LDlbtdMO4jg/9SMPokWziIQA4reffF41/hpLUUvazSVpI"
    "tqDo+gzO6O3osJfD0RbvDKYUZFO5tvqnr0P/pM2Z4Z6fy2kwqMfILmJappKFGLcBIOmF9IIOlOV+s2VY0Z8bBajrVuOdS8szSt"
    "/KVdUQpDgSnd0DFelzyzxy5RpgNkQA/HLEERQu6RGpkyMcg4NF176UWRjvchpkGd9XUfz1IzPTR+rL2Ll/vE08HisnEJznNWS0"
    "8D6HBxUN0DcCyIL3qSTBVO2knYmauBw2t5FihWQa3/6IK83h6JensM14moNXHRQSUyVUd5DQcmMus1X6wPcaFfulwELQIDAQAB",
    "MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAprljpXS+nZCSPntXNTsDnFUot4rp6ANSV3V5fFGaK54/n1ZI1OcMd8"
    "j5trKNVYfeN6+MQKNZmr2InHzRcLSMcNn4anyglcca484uN4Wc0LgPJOeNKRcwbZZvXbLDOtwYdeAOYMKpg404Zo4ZBCxvU70t"
    "pe3XpBU0zskDAZy+uF1v9D5KJFTZikGfyudYmF49SVErOj1SkdfzggZIY6wHVeN0IJj4UMdFzDMQD3cYv/NS3W2pArcqZeUUD3"
    "uUE0FmdrkppEsLvbwlAz99hckSxoiP/HSUnqgHibZ6VsneQt7TkRHPdIgnyE1nkoQZQzKSlFYM5EqbpBjTqXrzj6JWYwIDAQAB",
    "MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAm5w0GWKWszKXxBcMD3uxY6sMwNAO/AaWCXcie7CDoA5wEhSpr4r6gb"
    "oEfC1TFlbyqjQPBuBgpUVRb+iJHbVqeUdtm6wtANLc2jTmQMJf44jRrseem+/7jqvhfXRhf3aqEb5Pn7fXeIMnAnyeod/mpPTW"
    "Ag1XuMgBRMotKFzLlFa+lGliJOL9VZiwSZtWDtb9d3TssYfd+rnHuqTITh0Ta23hmtRK9eBuZS/20EvMEjzWh7MoLntNKpYAlG"
    "uzzl/8BRKt6J3rUXiTHAwuIXBmZlCEZ9MM4FdIo3K/TbVJw0t4LbH/lA1lEAMgIuIf+bEboOKq+f8LIUKF06Z2Yp4W+wIDAQAB",
    "MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEArW6t0uKhzuzlrsHKdw/FOwLJoUFrNhpNuTqC2tYJ0rWMOsIAC9RpVn"
    "nNgAburlbzXArLhjUhYmnvisIN9SueHfSzi23zFqimvTx6AMiSQMU8KUhL4fiBiQvn2lTPzRLs+bCmV6rhej1zD7GnBJxyJ7ba"
    "Xzm1PKB1mjAuSOF6cS4e78NmkrFVVleDbSRh+pU+leAMBPJWjEDtXzu3Lmqa15ty9ICm1xXquEaSUvfy1St7wFxvN+rzMQMiuM"
    "7eLK4bXXyezJU16+C+vDKh7r50+j9UQjrQUbWP21nCmvGoc+xljyBhGqVIV5mCWi3MqGWGIrsd8viRNtKNG9Y5DZ2wZwIDAQAB",
};

/* FNV-1a: the same domain has the same key in every run and on every machine. */
static size_t hash_name(const char *name)
{
    uint32_t hash = 2166136261U;
    for (; *name != '\0'; name++)
        hash = (hash ^ (unsigned char)*name) * 16777619U;
    return hash;
}

const char *emu_keys_for(const char *domain, unsigned bits)
{
    size_t index = hash_name(domain) % KEYS_A_SIZE;
    return bits == 2048 ? keys_2048[index] : keys_1024[index];
}
