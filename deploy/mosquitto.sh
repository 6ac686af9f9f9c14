#!/bin/sh
# Runs Mosquitto and tells it (SIGHUP) when the registry wrote new password or ACL files.
set -eu
auth=/mosquitto/auth
until [ -s "$auth/passwd" ] && [ -s "$auth/acl" ]; do sleep 1; done
mosquitto -c /mosquitto/config/mosquitto.conf &
broker=$!
trap 'kill -TERM $broker' TERM INT
seen=$(cksum "$auth/passwd" "$auth/acl")
while kill -0 $broker 2>/dev/null; do
    sleep 2
    now=$(cksum "$auth/passwd" "$auth/acl" 2>/dev/null || true)
    if [ -n "$now" ] && [ "$now" != "$seen" ]; then
        seen=$now
        kill -HUP $broker
    fi
done
wait $broker
