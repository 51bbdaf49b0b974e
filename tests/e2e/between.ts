// A proxy between the browsers and the relay, which can cut sockets and refuse them.
import { once } from "node:events";
import { createServer, request as ask } from "node:http";
import { connect, type AddressInfo, type Socket } from "node:net";

export interface Between {
  /** Where the browsers reach it, which is how they name the relay. */
  at: string;
  /** Whether it lets sockets through. */
  letsThrough: boolean;
  /** Cuts every socket that is open. */
  cut(): void;
  end(): Promise<void>;
}

export async function between(relay: string): Promise<Between> {
  const { hostname, port } = new URL(relay);
  const sockets = new Set<Socket>();
  const server = createServer((incoming, outgoing) => {
    const { method, url: path, headers } = incoming;
    const onward = ask({ hostname, port, method, path, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode!, answer.rawHeaders);
      answer.pipe(outgoing);
    });
    onward.on("error", () => outgoing.destroy());
    incoming.pipe(onward);
  });
  server.on("upgrade", ({ method, url, rawHeaders }, socket: Socket, head) => {
    if (!self.letsThrough) return socket.destroy();
    const onward = connect(Number(port), hostname);
    const lines = rawHeaders.flatMap((name, at) => (at % 2 === 0 ? [`${name}: ${rawHeaders[at + 1]}`] : []));
    onward.write([`${method} ${url} HTTP/1.1`, ...lines, "", ""].join("\r\n"));
    onward.write(head);
    socket.pipe(onward).pipe(socket);
    for (const [end, other] of [[socket, onward], [onward, socket]] as const) {
      sockets.add(end);
      end.on("error", () => other.destroy());
      end.on("close", () => (sockets.delete(end), other.destroy()));
    }
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const cut = () => sockets.forEach((socket) => socket.destroy());
  const self: Between = {
    at: `http://localhost:${(server.address() as AddressInfo).port}`,
    letsThrough: true,
    cut,
    async end() {
      cut();
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
  return self;
}
