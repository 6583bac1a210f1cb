# Runs a server until the process that asked for it is gone.
#
# $1: a directory to create, and to remove in the end; $2: the signals that end the server, in
# order; $3: how many tenths of a second it may take to end, before it is killed; the rest: its
# command. Standard input is a pipe whose other end nobody but that process
# holds, so that its end, by whatever cause, is the end of file here. The first line of standard
# output is the server's process id; its own output goes to `log`, and its exit status to `exited`.
directory=$1 signals=$2 grace=$3
shift 3
mkdir -m 700 "$directory" || exit 1
exec 3<&0 </dev/null # a job in the background would lose standard input

"$@" >"$directory/log" 2>&1 3<&- &
server=$!
echo "$server"
exec >&-

(
    read -r _ <&3
    if [ ! -e "$directory/exited" ]; then
        for signal in $signals; do kill -s "$signal" "$server"; done
        until [ -e "$directory/exited" ] || [ "$grace" = 0 ]; do
            grace=$((grace - 1))
            sleep 0.1
        done
        [ -e "$directory/exited" ] || kill -s KILL "$server"
    fi
) &
watch=$!

wait "$server"
echo "$?" >"$directory/exiting"
mv "$directory/exiting" "$directory/exited"
wait "$watch"

# A child of the server may need a moment longer and still write.
attempts=100
until rm -rf "$directory" || [ "$attempts" = 0 ]; do
    attempts=$((attempts - 1))
    sleep 0.1
done
