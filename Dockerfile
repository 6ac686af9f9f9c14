# One image for every program of the house, installed from the lock file with hashes.
FROM python:3.13-slim-bookworm AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
RUN python -m venv /opt/nongso
COPY requirements.lock /src/
RUN /opt/nongso/bin/pip install --require-hashes -r /src/requirements.lock
COPY . /src
RUN /opt/nongso/bin/pip install --no-deps /src

FROM python:3.13-slim-bookworm
# An unprivileged user with fixed ids, so that the volumes belong to it.
RUN groupadd --gid 10001 nongso && useradd --uid 10001 --gid 10001 --home-dir /var/lib/nongso --create-home nongso
# Volumes take over owner and mode of the folder they cover.
RUN install -d -o nongso -g nongso -m 755 /mosquitto/auth /var/lib/nongso /var/lib/nongso-log
COPY --from=build /opt/nongso /opt/nongso
ENV PATH=/opt/nongso/bin:$PATH PYTHONUNBUFFERED=1 NONGSO_DATA_DIR=/var/lib/nongso
USER nongso
WORKDIR /var/lib/nongso
ENTRYPOINT ["nongso"]
CMD ["--help"]
