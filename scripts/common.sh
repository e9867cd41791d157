# What demo and test share; both source it. bash 3.2 is enough.
# shellcheck shell=bash
# shellcheck disable=SC2034  # the variables are for those who source this

cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit 1

# What the library, the doctor, the tool, the emulator and the examples are built with.
build_packages=(gcc libc6-dev meson ninja-build pkg-config libcurl4-openssl-dev libjansson-dev libmbedtls-dev
    libmicrohttpd-dev libidn2-dev libsmartcols-dev libldns-dev)

other_systems="This script installs packages with apt alone. Install them with your own system's command, then run it again.
Only Debian's names are tried; those of another system, and the repository that has them, may differ (nsd is for the demo
alone):

  Debian, Ubuntu           apt-get install gcc meson ninja-build pkg-config libcurl4-openssl-dev libjansson-dev
                           libmbedtls-dev libmicrohttpd-dev libidn2-dev libsmartcols-dev libldns-dev
  Fedora                   dnf install gcc meson ninja-build pkgconf libcurl-devel jansson-devel mbedtls-devel
                           libmicrohttpd-devel libidn2-devel libsmartcols-devel ldns-devel nsd
  TencentOS, OpenCloudOS   dnf install gcc meson ninja-build pkgconf libcurl-devel jansson-devel mbedtls-devel
                           libmicrohttpd-devel libidn2-devel libsmartcols-devel ldns-devel nsd
                           (from EPOL, or EPEL, where one is missing)
  openEuler                dnf install gcc meson ninja-build pkgconf libcurl-devel jansson-devel mbedtls-devel
                           libmicrohttpd-devel libidn2-devel util-linux-devel ldns-devel nsd
  Arch                     pacman -S gcc meson ninja pkgconf curl jansson mbedtls libmicrohttpd libidn2 util-linux-libs ldns nsd
  Alpine                   apk add bash gcc musl-dev meson ninja pkgconf curl-dev jansson-dev mbedtls-dev libmicrohttpd-dev
                           libidn2-dev util-linux-dev ldns-dev nsd
  Homebrew                 brew install meson ninja pkgconf curl jansson mbedtls libmicrohttpd libidn2 util-linux ldns nsd"

fail() {
    printf '%s\n' "$*" >&2
    exit 1
}

# can_build: whether everything is there that a build needs, wherever it comes from.
can_build() {
    type cc meson ninja pkg-config >/dev/null 2>&1 &&
        pkg-config --exists 'libcurl >= 7.68' 'jansson >= 2.14' libmicrohttpd libidn2 smartcols &&
        printf '#include <mbedtls/version.h>\n#include <ldns/ldns.h>\n' | cc -E - >/dev/null 2>&1
}

# install_packages PACKAGE...: installs those that are missing, and says so.
install_packages() {
    local package missing=()
    for package in "$@"; do
        dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
    done
    [ ${#missing[@]} -gt 0 ] || return 0
    [ "$(id -u)" = 0 ] || command -v sudo >/dev/null || fail "As root, please: apt-get install ${missing[*]}"
    echo "Installing with apt: ${missing[*]}"
    apt_update
    quietly build/install.log as_root env DEBIAN_FRONTEND=noninteractive \
        apt-get install -y --no-install-recommends "${missing[@]}"
}

as_root() {
    if [ "$(id -u)" = 0 ]; then
        "$@"
    else
        command -v sudo >/dev/null || fail "As root, please: $*"
        sudo "$@"
    fi
}

# apt_update: learns what packages there are, once.
apt_update() {
    [ -z "${is_updated-}" ] || return 0
    mkdir -p build
    quietly build/install.log as_root apt-get update
    is_updated=yes
}

# unpack_servers PACKAGE...: those that are not installed are unpacked in build/servers, with all they need installed. To
# install a server is to start it, now and after each boot.
unpack_servers() {
    local package folder lacking=() needed=()
    for package in "$@"; do
        dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' ||
            [ -d "build/servers/$package" ] || lacking+=("$package")
    done
    if [ ${#lacking[@]} -gt 0 ]; then
        apt_update
        while read -r package; do
            [[ " ${lacking[*]} " == *" $package "* ]] || needed+=("$package")
        done < <(apt-get -s install --no-install-recommends "${lacking[@]}" | sed -n 's/^Inst \([^ ]*\) .*/\1/p')
        install_packages ${needed[@]+"${needed[@]}"}
        echo "Unpacking in build/servers: ${lacking[*]}"
    fi
    for package in ${lacking[@]+"${lacking[@]}"}; do
        folder=build/servers/$package
        rm -rf "$folder.part" && mkdir -p "$folder.part"
        (cd "$folder.part" && quietly ../download.log apt-get download "$package")
        dpkg-deb -x "$folder.part"/*.deb "$folder.part"
        mv "$folder.part" "$folder"
    done
    for folder in "$PWD"/build/servers/*/usr/{sbin,bin} /usr/sbin; do
        PATH=$PATH:$folder
    done
}

# quietly LOG COMMAND...: its output goes to the log, whose end is shown if it fails.
quietly() {
    local log=$1
    shift
    "$@" >"$log" 2>&1 </dev/null && return 0
    tail -n 40 "$log" >&2
    echo "Failed: $* (all of its output: $log)" >&2
    return 1
}

# build DIRECTORY [MESON-OPTION]...: sets it up where that is not done yet, and builds.
build() {
    local directory=$1
    shift
    mkdir -p "$directory"
    if [ ! -f "$directory/build.ninja" ]; then
        quietly "$directory/setup.log" meson setup "$directory" "$@" || return 1
    fi
    quietly "$directory/build.log" ninja -C "$directory"
}
