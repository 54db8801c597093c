import { describe, expect, test } from "vitest";
import { refusedAddress } from "../../../platform/webhooks/address.ts";
import { isPublicAddress } from "../../../platform/webhooks/ip-address.ts";

const DEPLOYED = "https://crm.etica.example";
const ON_THIS_MACHINE = "http://localhost:8787";

const refused = (address: string, publicUrl = DEPLOYED): string | null => refusedAddress(address, publicUrl);

describe("a webhook's address", () => {
  test.each([
    "https://hooks.agency.example/etica",
    "https://hooks.agency.example:8443/etica?room=1",
    "https://hooks.agency.example:443/",
    "https://hooks.agency.example:1024/",
    "https://hooks.agency.example:65535/",
    "https://münchen.example/",
    "https://internal.agency.example/",
    "https://local.agency.example/",
    "https://8.8.8.8/",
    "https://[2606:4700:4700::1111]/",
    "https://crm.etica.example:8443/",
  ])("may be %s", (address) => {
    expect(refused(address)).toBeNull();
  });

  test.each([
    ["nothing", ""],
    ["words", "our server"],
    ["a path", "/hooks"],
    ["http", "http://hooks.agency.example/"],
    ["another scheme", "ftp://hooks.agency.example/"],
    ["a script", "javascript:alert(1)"],
    ["a file", "file:///etc/passwd"],
    ["a WebSocket", "wss://hooks.agency.example/"],
    ["a name in it", "https://user@hooks.agency.example/"],
    ["a password in it", "https://:secret@hooks.agency.example/"],
    ["a name before what looks like the host", "https://hooks.agency.example@10.0.0.1/"],
    ["SSH's port", "https://hooks.agency.example:22/"],
    ["http's port", "https://hooks.agency.example:80/"],
    ["the last well-known port", "https://hooks.agency.example:1023/"],
    ["no port", "https://hooks.agency.example:0/"],
    ["our own address", "https://crm.etica.example/api/v1/creators"],
    ["our own address in capitals", "https://CRM.etica.example/"],
    ["our own address with a dot", "https://crm.etica.example./"],
  ])("is not %s", (_what, address) => {
    expect(refused(address)).toMatch(/^(The|This|Leave) .+\.$/);
  });

  test.each([
    "localhost",
    "LocalHost",
    "localhost.",
    "anything.localhost",
    "printer.local",
    "printer.local.",
    "metadata.google.internal",
    "router.lan",
    "nas.home.arpa",
    "intranet",
    "hidden.onion",
  ])("is no name of a local network: %s", (host) => {
    expect(refused(`https://${host}/`)).toMatch(/local network/);
  });

  /** One address in the notations that a parser, or a person who means harm, knows. */
  const NOTATIONS: Record<string, readonly string[]> = {
    loopback: [
      "127.0.0.1",
      "127.0.0.1.",
      "127.1",
      "127.0.1",
      "127.255.255.254",
      "2130706433",
      "0x7f000001",
      "0x7f.1",
      "0x7F.0x0.0x0.0x1",
      "017700000001",
      "0177.0.0.1",
      "0177.0.0.0x1",
      "127.0.0.01",
      "%31%32%37.0.0.1",
      "127。0。0。1",
      "１２７.0.0.1",
      "[::1]",
      "[0:0:0:0:0:0:0:1]",
      "[0000::0001]",
    ],
    unspecified: ["0.0.0.0", "0", "0x0", "00", "0.1", "[::]"],
    private: [
      "10.0.0.1",
      "10.1",
      "167772161",
      "0xa000001",
      "012.0.0.1",
      "172.16.0.1",
      "172.31.255.255",
      "0xac.0x10.0.1",
      "192.168.0.1",
      "192.168.257",
      "3232235521",
      "0300.0250.0.1",
    ],
    "link-local and metadata": ["169.254.169.254", "2852039166", "0xa9fea9fe", "0251.0376.0251.0376", "169.254.43518"],
    "a carrier's NAT": ["100.64.0.1", "100.127.255.255", "1681915905"],
    multicast: ["224.0.0.1", "239.255.255.250", "[ff02::1]", "[ff0e::1]"],
    "reserved and broadcast": ["240.0.0.1", "255.255.255.255", "4294967295", "0xffffffff"],
    "documentation and benchmarks": ["192.0.2.1", "198.51.100.7", "203.0.113.9", "198.18.0.1", "198.19.255.255"],
    "protocol assignments": ["192.0.0.170", "192.88.99.1", "[2001::1]", "[2001:1ff::1]", "[2001:db8::1]", "[3fff::1]"],
    "unique local": ["[fc00::1]", "[fd12:3456:789a::1]"],
    "IPv6 link-local": ["[fe80::1]", "[febf::1]", "[fec0::1]"],
    "IPv4 in IPv6": [
      "[::ffff:127.0.0.1]",
      "[::ffff:7f00:1]",
      "[::ffff:10.0.0.1]",
      "[::ffff:8.8.8.8]",
      "[::127.0.0.1]",
      "[::ffff:0:127.0.0.1]",
      "[64:ff9b::7f00:1]",
      "[64:ff9b:1::a00:1]",
      "[2002:7f00:1::]",
      "[2002:a00:1::1]",
    ],
    "not handed out": ["[100::1]", "[4000::1]", "[8000::1]", "[5f00::1]"],
  };

  test.each(Object.entries(NOTATIONS).flatMap(([what, hosts]) => hosts.map((host): [string, string] => [what, host])))(
    "is not %s: %s",
    (_what, host) => {
      expect(refused(`https://${host}/`)).toMatch(/private network/);
      expect(refused(`https://${host}:8443/path`)).toMatch(/private network/);
    },
  );

  test.each([
    "https://256.1.1.1/",
    "https://0x1ffffffff/",
    "https://1.2.3.4.5/",
    "https://[::1/",
    "https://[::1%25eth0]/",
  ])("is nothing that no parser takes: %s", (address) => {
    expect(refused(address)).toMatch(/not a web address/);
  });

  test("is one at the edges of a block, and public beside it", () => {
    const ofBlock = (host: string) => isPublicAddress(host);
    for (const [inside, beside] of [
      ["9.255.255.255", "10.0.0.0"],
      ["11.0.0.0", "10.255.255.255"],
      ["100.63.255.255", "100.64.0.0"],
      ["100.128.0.0", "100.127.255.255"],
      ["172.15.255.255", "172.16.0.0"],
      ["172.32.0.0", "172.31.255.255"],
      ["192.167.255.255", "192.168.0.0"],
      ["198.17.255.255", "198.18.0.0"],
      ["198.20.0.0", "198.19.255.255"],
      ["223.255.255.255", "224.0.0.0"],
      ["2001:200::", "2001:1ff:ffff::"],
      ["2001:db7:ffff::", "2001:db8::"],
      ["2001:db9::", "2001:db8:ffff::"],
      ["2003::", "2002:ffff::"],
      ["3ffe:ffff::", "3fff::"],
    ] as const)
      expect([inside, ofBlock(inside), beside, ofBlock(beside)]).toEqual([inside, true, beside, false]);
  });
});

describe("where the app itself is on loopback", () => {
  test.each([
    "http://localhost:9000/hook",
    "http://127.0.0.1:9000/",
    "https://[::1]:9000/",
    "http://hook.localhost:9000/",
  ])("a webhook may go to %s", (address) => {
    expect(refused(address, ON_THIS_MACHINE)).toBeNull();
    expect(refused(address)).not.toBeNull();
  });

  test.each(["http://hooks.agency.example/", "http://10.0.0.1:9000/", "https://192.168.0.1/", "http://localhost:22/"])(
    "it still may not go to %s",
    (address) => {
      expect(refused(address, ON_THIS_MACHINE)).not.toBeNull();
    },
  );

  test("it does not go to the app", () => {
    expect(refused("http://localhost:8787/api", ON_THIS_MACHINE)).toMatch(/our own address/);
  });
});
