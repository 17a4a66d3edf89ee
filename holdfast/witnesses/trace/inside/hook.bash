# Read by every non-interactive bash through BASH_ENV: before a command that may be a launch, writes down where it stands.
# `set -T` carries the trap into functions and subshells. errexit, nounset, xtrace, $? and $_ are left as they were.
__hf_trace=@TRACE@
__hf_home=$PWD
__hf_pid= __hf_start= __hf_number=0

__hf_stat() {
    local text line=
    IFS= read -r -d '' text <"/proc/$1/stat" || :
    IFS=' ' read -r -a __hf_fields <<<"${text##*) }"
}

__hf_group() {
    local entry
    for entry in /proc/[0-9]*; do
        [[ -r $entry/stat ]] || continue
        __hf_stat "${entry#/proc/}"
        [[ ${__hf_fields[2]-} != "$1" ]] || __hf_targets+=("${entry#/proc/}")
    done
}

# $1 is what is recorded (text or kill), $2 the line that it stands on, the rest its words; __hf_targets are pids.
__hf_note() {
    local what=$1 line=$2 depth=2 file frames=()
    shift 2
    [[ $what != kill ]] || depth=3
    for ((; depth < ${#FUNCNAME[@]} && depth < 26; depth++)); do
        file=${BASH_SOURCE[depth]-}
        [[ -n $file && $file != environment ]] || continue
        [[ $file == /* ]] || file=$__hf_home/$file
        frames+=("$file" "$line" "${FUNCNAME[depth]}")
        line=${BASH_LINENO[depth]-0}
    done
    [[ $what == kill || ${#frames[@]} -gt 0 ]] || return 0
    if [[ $__hf_pid != "$BASHPID" ]]; then
        __hf_stat "$BASHPID"
        __hf_pid=$BASHPID __hf_start=${__hf_fields[19]} __hf_number=0
    fi
    printf '%s\0' "$__hf_number" 0 "$what" $((${#frames[@]} / 3)) ${frames[@]+"${frames[@]}"} $# "$@" \
        ${#__hf_targets[@]} ${__hf_targets[@]+"${__hf_targets[@]}"} >>"$__hf_trace/$__hf_pid.$__hf_start.hook" &&
        printf 'hook %s %s %s\n' "$__hf_pid" "$__hf_start" "$__hf_number" >>"$__hf_trace/order" ||
        : >>"$__hf_trace/incomplete" || :
    __hf_number=$((__hf_number + 1))
}

__hf_launch() {
    local IFS=$' \t\n' __hf_targets=() __hf_fields=()
    __hf_note text "$@"
}

__hf_signal() {
    local IFS=$' \t\n' word first=1 __hf_targets=() __hf_fields=()
    for word in "${@:2}"; do
        case $first$word in
        1-0 | 1-l | 1-L) return 0 ;;
        1-*) ;;
        *[!0-9-]* | '' | 1) ;;
        *-*) __hf_group "${word#-}" ;;
        *) __hf_targets+=("$word") ;;
        esac
        first=
    done
    __hf_note kill "$1" kill "${@:2}"
}

# bash's kill is a builtin, which no shim sees; a function is handed the words as they are after expansion.
kill() {
    local __hf_busy=1
    { __hf_signal "${BASH_LINENO[0]}" "$@" || :; } 2>/dev/null
    builtin kill "$@"
}

# Commands that name a program of ours, or hide which program they run. `case` leaves $_ alone and costs 10 µs a command;
# xtrace shows it. The trap's first line is the only one on which LINENO is that of the command.
set -T
trap 'case ${__hf_busy-}$BASH_COMMAND in 1*) ;; *tmux* | *@AGENTS@* | *systemd-run* | *systemctl* | \$* | \"\$* | *=*\ *\$* | exec\ * | eval\ * | sudo\ * | env\ * | command\ * | nohup\ * | setsid\ * | timeout\ * | nice\ *) { __hf_last=$_; __hf_launch "$LINENO" "$BASH_COMMAND" || :; : "$__hf_last"; } 2>/dev/null ;; esac' DEBUG
