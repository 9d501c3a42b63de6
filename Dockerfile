# SPDX-License-Identifier: MIT
# All that the project's goals need, for systems other than Debian and Ubuntu:
#   docker build -t portcullis . &&
#   docker run --rm -it -v "$PWD":/src portcullis make run
FROM debian:12
RUN apt-get update && \
    DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends \
    git make
COPY tools/deps.sh /tmp/
RUN sh /tmp/deps.sh
WORKDIR /src
