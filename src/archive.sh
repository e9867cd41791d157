#!/bin/sh
# Makes a static library whose hidden symbols are local: archive.sh INPUT.a OUTPUT.a DIRECTORY
set -eu
mkdir -p "$3"
object=$3/tcses.o
"${LD:-ld}" -r --whole-archive "$1" -o "$object"
"${OBJCOPY:-objcopy}" --localize-hidden --remove-section '.gnu.lto_*' --remove-section '.gnu.debuglto_*' "$object"
rm -f "$2"
"${AR:-ar}" rcs "$2" "$object"
rm -f "$object"
