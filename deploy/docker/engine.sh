# For deploy/docker/verify: a Docker engine to work with. One that runs is used; else Debian's is installed and started,
# with its files, socket and images in a folder of its own, and stopped in the end. Sourced.

engine_pid= made_bridge= engine_folder=

need_engine() { # folder
    need_packages
    docker version >/dev/null 2>&1 && return
    [ "$(id -u)" = 0 ] || fail "没有 Docker 在运行，启动它需要 root。" "No Docker runs, and to start one takes root."
    mkdir -p "$1"
    engine_folder=$1
    [ -e /sys/class/net/docker0 ] || made_bridge=yes
    export DOCKER_HOST=unix://$1/docker.sock
    dockerd --host "$DOCKER_HOST" --data-root "$1/data" --exec-root "$1/exec" --pidfile "$1/pid" \
        >"$1/log" 2>&1 &
    engine_pid=$!
    local deadline=$((SECONDS + 60))
    until docker version >/dev/null 2>&1; do
        if ! kill -0 "$engine_pid" 2>/dev/null || [ "$SECONDS" -ge "$deadline" ]; then
            tail -5 "$1/log" >&2
            fail "Docker 没有启动，日志在 $1/log。" "Docker did not start; its log is $1/log."
        fi
        sleep 0.2
    done
}

need_packages() {
    local wanted=()
    command -v dockerd >/dev/null || docker version >/dev/null 2>&1 || wanted+=(docker.io iptables)
    docker compose version >/dev/null 2>&1 || command -v docker-compose >/dev/null || wanted+=(docker-compose)
    command -v debootstrap >/dev/null || wanted+=(debootstrap)
    [ ${#wanted[@]} -eq 0 ] || deploy/setup packages "${wanted[@]}"
}

stop_engine() {
    [ -n "$engine_pid" ] || return 0
    kill "$engine_pid" 2>/dev/null || return 0
    wait "$engine_pid" || true
    umount "$engine_folder/exec/netns/default" 2>/dev/null || true
    [ -z "$made_bridge" ] || ip link delete docker0 2>/dev/null || true
}
