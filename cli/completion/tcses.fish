# SPDX-License-Identifier: Apache-2.0
# fish completion of tcses(1)

complete -c tcses -f

# The words of the command so far: neither options nor their values.
function __tcses_words
    set -l is_value no
    for word in (commandline -opc)[2..]
        if test $is_value = yes
            set is_value no
            continue
        end
        switch $word
            case --endpoint --region --profile --language --output --timeout --dkim --tag --deadline --name --domain \
                --service --api-version --format --for --zone --expected --resolver --at --every --on-change --record \
                --to --address --file -f
                set is_value yes
            case '-*'
            case '*'
                printf '%s\n' $word
        end
    end
end

# Whether they are exactly these.
function __tcses_is
    set -l words (__tcses_words)
    test "$words" = "$argv"
end

# Whether they begin with these.
function __tcses_begins
    set -l words (__tcses_words)
    set -l last (count $argv)
    test (count $words) -ge $last; and test "$words[1..$last]" = "$argv"
end

# Whether they begin with these, and so many stand there.
function __tcses_has
    __tcses_begins $argv[2..]; and test (count (__tcses_words)) -eq $argv[1]
end

complete -c tcses -n '__tcses_is' -a 'status configure domain address unsubscribe onboard export call'
complete -c tcses -n '__tcses_is domain' -a 'create list show verify delete records doctor check watch spf-merge dkim'
complete -c tcses -n '__tcses_is address' -a 'create list delete password'
complete -c tcses -n '__tcses_is unsubscribe' -a 'set list delete'
complete -c tcses -n '__tcses_has 3 unsubscribe set' -a 'none zh-CN en zh-TW es fr de ja ko ar th'

complete -c tcses -l endpoint -x -d 'The address of the service'
complete -c tcses -l region -x -a 'ap-guangzhou ap-hongkong' -d 'The region'
complete -c tcses -l profile -x -d 'Keys of this profile alone'
complete -c tcses -l language -x -a 'zh-CN en-US' -d 'Language of messages'
complete -c tcses -l output -x -a 'table json' -d 'Form of the output'
complete -c tcses -l timeout -x -d 'Time for each call'
complete -c tcses -l dry-run -d 'Change nothing'
complete -c tcses -l yes -d 'Do not ask'
complete -c tcses -s v -l verbose -d 'Say more'
complete -c tcses -l version -d 'Show the version'
complete -c tcses -s h -l help -d 'Show help'

complete -c tcses -n '__tcses_begins domain create; or __tcses_begins onboard' -l dkim -x -a '1024 2048 both' -d 'Size of the DKIM key'
complete -c tcses -n '__tcses_begins domain create; or __tcses_begins domain list; or __tcses_begins onboard' -l tag -x -d 'KEY=VALUE'
complete -c tcses -n '__tcses_begins domain verify; or __tcses_begins domain dkim; or __tcses_begins onboard' -l wait -d 'Wait until verified'
complete -c tcses -n '__tcses_begins domain verify; or __tcses_begins domain dkim; or __tcses_begins onboard' -l deadline -x -d 'Longest wait'
complete -c tcses -n '__tcses_begins domain verify' -l force -d 'Submit a verified domain'
complete -c tcses -n '__tcses_begins address create; or __tcses_begins onboard' -l name -x -d 'Name of the sender'
complete -c tcses -n '__tcses_begins address list' -l domain -x -d 'Of this domain'
complete -c tcses -n '__tcses_begins address list' -l all-regions -d 'In all regions'
complete -c tcses -n '__tcses_begins address password' -l generate -d 'Make a password'
complete -c tcses -n '__tcses_begins unsubscribe set' -l off -d 'Switch the link off'
complete -c tcses -n '__tcses_begins call' -l service -x -d 'Another service'
complete -c tcses -n '__tcses_begins call' -l api-version -x -d 'Version of the service'

complete -c tcses -n '__tcses_begins domain records' -l format -x -a 'panel bind dnspod terraform json' -d 'How to write them'
complete -c tcses -n '__tcses_begins domain records' -l for -x -a 'dnspod aliyun cloudflare' -d 'Whose console'
complete -c tcses -n '__tcses_begins domain records; or __tcses_begins domain doctor' -l zone -x -d 'The zone'
complete -c tcses -n '__tcses_begins domain records; or __tcses_begins domain doctor' -l expected -r -F -d 'A saved answer'
complete -c tcses -n '__tcses_begins domain doctor' -l at -x -d 'Judge this server'
complete -c tcses -n '__tcses_begins domain doctor' -l compare -d 'With the delegated servers'
complete -c tcses -n '__tcses_begins domain check; or __tcses_begins domain watch' -l all -d 'All domains'
complete -c tcses -n '__tcses_begins domain check' -l quiet -d 'Only what is wrong'
complete -c tcses -n '__tcses_begins domain check' -l accept -d 'Take it as good'
complete -c tcses -n '__tcses_begins domain watch' -l every -x -d 'How often'
complete -c tcses -n '__tcses_begins domain watch' -l on-change -x -d 'Run at each change'
complete -c tcses -n '__tcses_begins domain spf-merge' -l record -x -d 'A record that is there'
for group in 'domain verify' 'domain records' 'domain doctor' 'domain check' 'domain watch' 'domain spf-merge' 'domain dkim' onboard
    complete -c tcses -n "__tcses_begins $group" -l resolver -x -d 'The recursive resolver'
end
complete -c tcses -n '__tcses_begins onboard' -l address -x -d 'A sender address'
complete -c tcses -n '__tcses_begins onboard' -s f -l file -r -F -d 'A file of export'
complete -c tcses -n '__tcses_begins domain dkim' -l to -x -a '1024 2048' -d 'The new key'
