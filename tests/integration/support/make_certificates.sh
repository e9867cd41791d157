#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# make_certificates.sh OPENSSL STAMP: makes the certificates of the TLS tests in the directory `certificates` beside STAMP.
set -Eeuo pipefail
umask 077

openssl=$1
stamp=$(realpath "$2")
directory=$(dirname "$stamp")/certificates
rm -rf "$directory"
mkdir -p "$directory/trusted"
cd "$directory"
# openssl tells much on standard error that nobody wants to read when all is well.
exec 3>&2 2>openssl.log
trap 'cat openssl.log >&3' ERR

printf '%s\n' '[req]' 'distinguished_name = none' '[none]' '[ca]' 'default_ca = own' '[own]' 'new_certs_dir = .' \
    'database = index.txt' 'default_md = sha256' 'policy = any' 'unique_subject = no' 'rand_serial = yes' \
    'copy_extensions = copy' '[any]' 'commonName = supplied' >openssl.cnf
: >index.txt
export OPENSSL_CONF=$PWD/openssl.cnf

new_key() { # NAME
    "$openssl" genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out "$1.key"
}

self_signed() { # NAME EXTENSION...
    local name=$1 options=()
    shift
    for extension in "$@"; do options+=(-addext "$extension"); done
    new_key "$name"
    "$openssl" req -x509 -new -key "$name.key" -subj "/CN=$name" -days 36500 "${options[@]}" -out "$name.pem"
}

signed() { # NAME CA SUBJECT-ALTERNATIVE-NAMES FIRST-DAY LAST-DAY
    new_key "$1"
    "$openssl" req -new -key "$1.key" -subj "/CN=$1" -addext "subjectAltName=$3" -out "$1.csr"
    "$openssl" ca -batch -notext -cert "$2.pem" -keyfile "$2.key" -startdate "$4" -enddate "$5" -in "$1.csr" \
        -out "$1.pem"
}

here=DNS:localhost,IP:127.0.0.1
self_signed ca basicConstraints=critical,CA:TRUE keyUsage=critical,keyCertSign
self_signed other-ca basicConstraints=critical,CA:TRUE keyUsage=critical,keyCertSign
self_signed self-signed "subjectAltName=$here" basicConstraints=critical,CA:FALSE
signed good ca "$here" 20200101000000Z 21200101000000Z
signed wrong-name ca DNS:ses.example.com,IP:127.0.0.2 20200101000000Z 21200101000000Z
signed expired ca "$here" 20200101000000Z 20210101000000Z
signed not-yet ca "$here" 21190101000000Z 21200101000000Z
signed unknown other-ca "$here" 20200101000000Z 21200101000000Z
cp ca.pem trusted/
"$openssl" rehash trusted
echo 'no certificate' >garbage.pem
touch "$stamp"
