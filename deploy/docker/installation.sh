# For the scripts beside it: where this installation's settings are, which Compose the machine has, how to end with a
# sentence. Sourced with the project's root as working directory.

settings_file=${QINGDAN_ENV_FILE:-.env}
docker_project_label=com.docker.compose.project
# In this order they are dumped: nothing in a later one is missing from the outbox of the one after it.
databases=(notifications stats portal tasks)

fail() { # Chinese, English
    printf '%s\n%s\n' "$1" "$2" >&2
    exit 1
}

# A setting as Compose sees it: the environment, then the file, then the default.
setting() { # name, default
    local value=${!1:-}
    [ -n "$value" ] || [ ! -f "$settings_file" ] || value=$(sed -n "s/^$1=//p" "$settings_file" | tail -1)
    printf '%s' "${value:-${2:-}}"
}

need_docker() {
    command -v docker >/dev/null ||
        fail "没有安装 Docker。Debian 上请以 root 运行：apt-get install docker.io docker-compose" \
            "Docker is not installed. On Debian, as root: apt-get install docker.io docker-compose"
    docker compose version >/dev/null 2>&1 || command -v docker-compose >/dev/null ||
        fail "没有安装 Docker Compose。Debian 上请以 root 运行：apt-get install docker-compose" \
            "Docker Compose is not installed. On Debian, as root: apt-get install docker-compose"
    local answer
    answer=$(docker version --format '{{.Server.Version}}' 2>&1) && return
    case $answer in
        *"permission denied"*)
            fail "当前账号无权使用 Docker。请改用 root，或把账号加入 docker 组后重新登录。" \
                "This account may not use Docker. Become root, or join the group docker and sign in again." ;;
        *)
            fail "Docker 没有运行。请以 root 运行：systemctl start docker" \
                "Docker is not running. As root: systemctl start docker" ;;
    esac
}

need_installation() {
    [ -f "$settings_file" ] ||
        fail "这里还没有安装：缺少 $settings_file。请先运行 make up。" \
            "Nothing is installed here: there is no $settings_file. Run make up first."
}

# Sets compose_command. Secrets come from the file alone: a variable left in somebody's shell must not change a password.
prepare_compose() {
    local name
    while read -r name; do unset "$name"; done < <(deploy/docker/make-secrets --names)
    if docker compose version >/dev/null 2>&1; then
        compose_command=(docker compose --env-file "$settings_file")
    else
        compose_command=(docker-compose --env-file "$settings_file")
    fi
}

compose() { "${compose_command[@]}" "$@"; }

# The release that this code is.
release() { sed -n 's/^VERSION = "\(.*\)"$/\1/p' shared/process/release.py; }

project_name() { setting COMPOSE_PROJECT_NAME qingdan; }

# One line per container: service, id, status, exit code, health ("none" where nothing is checked).
container_states() {
    local ids
    ids=$(docker ps --all --quiet --filter "label=$docker_project_label=$(project_name)" \
        --filter label=com.docker.compose.oneoff=False)
    [ -n "$ids" ] || return 0
    # shellcheck disable=SC2086 # one argument per container
    docker inspect --format '{{index .Config.Labels "com.docker.compose.service"}} {{.ID}} {{.State.Status}} {{.State.ExitCode}} {{if .State.Health}}{{.State.Health.Status}}{{else}}none{{end}}' $ids
}

# The lines of container_states that are neither healthy nor done.
containers_not_ready() {
    container_states | awk '!($3 == "running" && $5 == "healthy") && !($3 == "exited" && $4 == 0 && $5 == "none")'
}

# Carries out a line of sh where the files of evidence lie, in a container of its own, whether or not the portal runs.
at_home() { compose run --rm --no-deps -T --entrypoint sh command -c "cd /var/lib/qingdan && $1"; }

# The SQL client of the running database server; further arguments are those of psql.
psql_as_superuser() { compose exec -T postgres psql --username=postgres --quiet --set=ON_ERROR_STOP=1 "$@"; }
