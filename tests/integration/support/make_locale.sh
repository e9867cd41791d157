#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# make_locale.sh LOCALEDEF STAMP: makes the locale de_DE.UTF-8, which has a decimal comma, in the directory `locales` beside
# STAMP. LOCPATH leads a program there.
set -euo pipefail

directory=$(dirname "$2")/locales
mkdir -p "$directory"
"$1" -i de_DE -f UTF-8 "$directory/de_DE.UTF-8"
touch "$2"
