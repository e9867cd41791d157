#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# make_locale.sh LOCALEDEF STAMP [NAME]...: makes the locales NAME.UTF-8 in the directory `locales` beside STAMP; without
# a name de_DE.UTF-8, which has a decimal comma. LOCPATH leads a program there.
set -euo pipefail

localedef=$1
stamp=$2
shift 2
[ $# -gt 0 ] || set -- de_DE
directory=$(dirname "$stamp")/locales
mkdir -p "$directory"
for name in "$@"; do
    "$localedef" -i "$name" -f UTF-8 "$directory/$name.UTF-8"
done
touch "$stamp"
