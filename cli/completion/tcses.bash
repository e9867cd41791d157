# SPDX-License-Identifier: Apache-2.0
# bash completion of tcses(1)
# shellcheck shell=bash

# _tcses_options COMMAND: its own options.
_tcses_options() {
    case $1 in
    "domain create") echo --dkim --tag ;;
    "domain list") echo --tag ;;
    "domain verify") echo --wait --deadline --force --resolver ;;
    "domain records") echo --format --for --zone --expected --resolver ;;
    "domain doctor") echo --resolver --at --compare --expected --zone ;;
    "domain check") echo --all --quiet --accept --resolver ;;
    "domain watch") echo --all --every --on-change --resolver ;;
    "domain spf-merge") echo --record --resolver ;;
    "domain dkim") echo --to --wait --deadline --resolver ;;
    "address create") echo --name ;;
    "address list") echo --domain --all-regions ;;
    "address password") echo --generate ;;
    "unsubscribe set") echo --off ;;
    "onboard") echo --address --name --dkim --tag --file --wait --deadline --resolver ;;
    "call") echo --service --api-version ;;
    esac
}

# _tcses_actions GROUP: the second words of a command.
_tcses_actions() {
    case $1 in
    domain) echo create list show verify delete records doctor check watch spf-merge dkim ;;
    address) echo create list delete password ;;
    unsubscribe) echo set list delete ;;
    esac
}

# _tcses_values OPTION: what it can be; nothing for options without a value or with an open one.
_tcses_values() {
    case $1 in
    --region) echo ap-guangzhou ap-hongkong ;;
    --language) echo zh-CN en-US ;;
    --output) echo table json ;;
    --dkim) echo 1024 2048 both ;;
    --to) echo 1024 2048 ;;
    --format) echo panel bind dnspod terraform json ;;
    --for) echo dnspod aliyun cloudflare ;;
    esac
}

_tcses() {
    local current=${COMP_WORDS[COMP_CWORD]} option='' word words=() choices
    local global="--endpoint --region --profile --language --output --timeout --dry-run --yes --verbose --version --help"
    COMPREPLY=()
    [ "$current" != = ] || current=
    # Which words are the command's, and whether the current one is the value of an option. bash makes --option=value
    # three words.
    for word in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
        case $word in
        =) continue ;;
        esac
        if [ -n "$option" ]; then
            option=
            continue
        fi
        case $word in
        --endpoint | --region | --profile | --language | --output | --timeout | --dkim | --tag | --deadline | --name | \
            --domain | --service | --api-version | --format | --for | --zone | --expected | --resolver | --at | --every | \
            --on-change | --record | --to | --address | --file | -f) option=$word ;;
        -*) ;;
        *) words+=("$word") ;;
        esac
    done
    if [ -n "$option" ]; then
        choices=$(_tcses_values "$option")
    elif [[ $current == -* ]]; then
        choices="$global $(_tcses_options "${words[*]:0:2}")"
        case ${words[0]:-} in
        call | onboard) choices="$global $(_tcses_options "${words[0]}")" ;;
        esac
    elif [ ${#words[@]} -eq 0 ]; then
        choices="status configure domain address unsubscribe onboard export call"
    elif [ ${#words[@]} -eq 1 ]; then
        choices=$(_tcses_actions "${words[0]}")
    elif [ "${words[0]} ${words[1]}" = "unsubscribe set" ] && [ ${#words[@]} -eq 3 ]; then
        choices="none zh-CN en zh-TW es fr de ja ko ar th"
    else
        return
    fi
    mapfile -t COMPREPLY < <(compgen -W "$choices" -- "$current")
}
complete -F _tcses tcses
