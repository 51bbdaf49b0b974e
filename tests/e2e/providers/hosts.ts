// Every host of the web as one server on this machine, over TLS and without: pages under the real names of providers.
import { generateKeyPairSync, sign } from "node:crypto";
import { once } from "node:events";
import { createServer as createHttp, type RequestListener } from "node:http";
import { createServer as createHttps } from "node:https";
import { connect, createServer, type AddressInfo, type Server, type Socket } from "node:net";

export interface Answer {
  body: string | Uint8Array;
  headers?: Record<string, string>;
}

export interface Hosts {
  /** What a browser is started with, to find every host here and to take the certificate, which is of nobody. */
  args: string[];
  /** Where they all are, also as a proxy for what is encrypted. */
  port: number;
  /** What is at an address. */
  answers: Map<string, Answer>;
  end(): Promise<void>;
}

/** Starts it. What is at no address is an empty page. */
export async function hosts(): Promise<Hosts> {
  const answers = new Map<string, Answer>();
  const answer = (scheme: string): RequestListener => (request, response) => {
    const { body, headers } = answers.get(`${scheme}://${request.headers.host}${request.url}`) ?? { body: "" };
    response.writeHead(200, { "content-type": "text/html; charset=utf-8", ...headers }).end(body);
  };
  const listening = async (server: Server) => {
    await once(server.listen(0, "127.0.0.1"), "listening");
    return server;
  };
  const [plain, secure] = await Promise.all([listening(createHttp(answer("http"))), listening(createHttps(certificate(), answer("https")))]);
  const sockets = new Set<Socket>();
  /** What comes by one goes out by the other. */
  const join = (socket: Socket, onward: Socket) => {
    for (const end of [socket, onward]) {
      sockets.add(end);
      end.on("close", () => sockets.delete(end)).on("error", () => [socket, onward].forEach((end) => end.destroy()));
    }
    socket.pipe(onward).pipe(socket);
  };
  // A browser that cannot be told where names are asks for each as of a proxy.
  plain.on("connect", (_, socket: Socket) => {
    socket.write("HTTP/1.1 200 OK\r\n\r\n");
    join(socket, connect(port));
  });
  const server = createServer((socket) => {
    socket.once("data", (bytes) => {
      // The first byte of TLS is that of no request.
      const onward = connect(((bytes[0] === 22 ? secure : plain).address() as AddressInfo).port);
      onward.write(bytes);
      join(socket, onward);
    });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    args: [`--host-resolver-rules=MAP * 127.0.0.1:${port}`, "--ignore-certificate-errors"],
    port,
    answers,
    async end() {
      const closed = [server, plain, secure].map((server) => (server.close(), once(server, "close")));
      for (const socket of sockets) socket.destroy();
      await Promise.all(closed);
    },
  };
}

/** A certificate that names nobody, signed by itself: as much of X.509 as a browser reads before it is told not to mind. */
function certificate(): { key: string; cert: string } {
  const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const der = (tag: number, ...parts: Uint8Array[]): Buffer => {
    const content = Buffer.concat(parts);
    const { length } = content;
    const size = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 255];
    return Buffer.concat([Buffer.from([tag, ...size]), content]);
  };
  const time = (text: string) => der(0x17, Buffer.from(text));
  const algorithm = der(0x30, Buffer.from("06082a8648ce3d040302", "hex"));
  const name = der(0x30, der(0x31, der(0x30, Buffer.from("0603550403", "hex"), der(0x0c, Buffer.from("nobody")))));
  const validity = der(0x30, time("250101000000Z"), time("491231235959Z"));
  const body = der(0x30, der(0x02, Buffer.from([1])), algorithm, name, validity, name, publicKey.export({ type: "spki", format: "der" }));
  const signature = sign("sha256", body, privateKey);
  const whole = der(0x30, body, algorithm, der(0x03, Buffer.from([0]), signature));
  const lines = whole.toString("base64").match(/.{1,64}/g)!.join("\n");
  return {
    key: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
    cert: `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`,
  };
}
