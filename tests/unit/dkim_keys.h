/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DKIM_KEYS_H
#define DKIM_KEYS_H

/* Keys that openssl made: of 1,024 and 2,048 bits, the first without its wrapping, and one of ed25519. */
#define K1024                                                          \
    "MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDeLSIM6YtPvzQ7zHw9+uJa30LJ" \
    "zNJhuF5k+SWWmAay2Pdlema+Gv3pjAoJtAbj2D5whRa8TX2l6kF4WmwiNvCI7Q4W" \
    "6TRFljwXucKp2lxv/BsdptufZlqTqCSZAu8qhdr59hU5KVwWdzMbXa0Eqg/lQ7Aq" \
    "/Rbq30RF4zNVk6oJtwIDAQAB"
#define K2048                                                          \
    "MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA0eNmw42S+2RhcGjt14wC" \
    "cDJBU6gwky6CCXXoDf1p7qKYdDbEE9T4kGieFhF6l3y3sOTfxQju7hZ5wZAtRppL" \
    "yInOeVNkztAUivdIlmMwbJuqBQZ2r60tB/tSKlWReVubroR9C43fpBQjdMJjlvbc" \
    "KPoH8AvBcD6NOmVOfChRnNgjtATMNdojKl1Wni8A2aDvPDI0UqQrpzO6yeOT9wLr" \
    "ecLf1DJEcgAImZSaGr3t5W+23BB5CLc9LWZzsoK2om+0NwxON8bXuYIlpXubT6sR" \
    "cTPYJoZuyUAcPFV0g+hSYyugBRECHeJNfKJQ++YLussCnNIqTN61PpMzTcQWUN+L" \
    "LQIDAQAB"
#define BARE                                                           \
    "MIGJAoGBAN4tIgzpi0+/NDvMfD364lrfQsnM0mG4XmT5JZaYBrLY92V6Zr4a/emM" \
    "Cgm0BuPYPnCFFrxNfaXqQXhabCI28IjtDhbpNEWWPBe5wqnaXG/8Gx2m259mWpOo" \
    "JJkC7yqF2vn2FTkpXBZ3MxtdrQSqD+VDsCr9FurfREXjM1WTqgm3AgMBAAE="
#define ED "V1kccrd4yyTSLdY0jutLmGUB21MP/5Wk1x41TAt4rAY="

#endif
