# Stands in for the image prom/prometheus where no registry can be reached: the same user and paths, as far as
# docker-compose.yml relies on them. For deploy/docker/verify; a real installation takes the real image.
FROM debian:bookworm-slim
RUN apt-get update \
    && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends prometheus wget \
    && rm -rf /var/lib/apt/lists/* \
    && install --directory --owner 65534 --group 65534 /prometheus
USER 65534:65534
WORKDIR /prometheus
VOLUME /prometheus
LABEL qingdan.stand-in=yes
ENTRYPOINT ["prometheus"]
