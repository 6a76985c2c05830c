# Builds with Go alone: the page's built files are part of the sources.
FROM golang:1.26.8-alpine@sha256:ce864e7223ac17b1775e6fd0b4c0db580c2eb50e7953a427916379e4b92a1628 AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY cmd ./cmd
COPY deploy ./deploy
COPY internal ./internal
COPY web ./web
ARG VERSION=
RUN CGO_ENABLED=0 go build -trimpath -buildvcs=false \
	-ldflags="-s -w -X macrowatch/internal/cli.version=${VERSION}" \
	-o /out/macrowatch ./cmd/macrowatch

# Alpine rather than an empty image: compose runs two commands in a row and checks its health.
FROM alpine:3.22@sha256:14358309a308569c32bdc37e2e0e9694be33a9d99e68afb0f5ff33cc1f695dce
RUN adduser -D -u 10001 macrowatch
COPY --from=build /out/macrowatch /usr/local/bin/macrowatch
USER 10001
WORKDIR /home/macrowatch
EXPOSE 3003
ENTRYPOINT ["macrowatch"]
# There is no login. Publish the port on a loopback address (docker run -p 127.0.0.1:3003:3003), and say
# so to the page with -e MACROWATCH_PUBLISHED_ON=127.0.0.1; otherwise it warns in red. docs/security.md
# says more.
CMD ["serve", "--listen", "0.0.0.0:3003", "--insecure-no-login", "--open=false"]
