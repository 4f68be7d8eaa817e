import { expect, test } from "vitest";
import { requirePublicAddress } from "./address-check.ts";

const PUBLIC = [
  "http://8.8.8.8",
  "https://[2606:4700::1111]:8443",
  "http://172.32.0.1",
  "http://100.128.0.1",
  "http://11.0.0.1",
];

const LOCAL = [
  "http://127.0.0.1:8080",
  "http://2130706433",
  "http://0.0.0.0",
  "http://10.1.2.3",
  "http://100.64.0.1",
  "http://169.254.169.254",
  "http://172.16.0.1",
  "http://172.31.255.255",
  "http://192.0.0.8",
  "http://192.0.2.1",
  "http://192.88.99.1",
  "http://192.168.1.1",
  "http://198.19.0.1",
  "http://198.51.100.7",
  "http://203.0.113.7",
  "http://224.0.0.1",
  "http://250.0.0.1",
  "http://255.255.255.255",
  "http://[::]",
  "http://[::1]:8080",
  "http://[ff02::1]",
  "http://[fe80::1]",
  "http://[fd00::1]",
  "http://[::ffff:8.8.8.8]",
  "http://[2001:db8::1]",
  "http://[2001:2::1]",
  "http://[100::1]",
];

test.each(PUBLIC)("%s is public", async (url) => {
  await expect(requirePublicAddress(url)).resolves.toBeUndefined();
});

test.each(LOCAL)("%s is not", async (url) => {
  await expect(requirePublicAddress(url)).rejects.toMatchObject({
    status: 400,
    message: expect.stringContaining("Local IPs not allowed"),
  });
});

test("a name is judged by all its addresses, without its trailing dot", async () => {
  const asked: string[] = [];
  const check = (...addresses: { address: string; family: number }[]) =>
    requirePublicAddress("https://Remote.example.org./path", async (host) => {
      asked.push(host);
      return addresses;
    });
  const open = { address: "8.8.8.8", family: 4 };
  await expect(check(open)).resolves.toBeUndefined();
  await expect(check(open, { address: "fe80::1", family: 6 })).rejects.toThrow("Local IPs not allowed");
  expect(asked).toEqual(["remote.example.org", "remote.example.org"]);
});

test.each(["localhost", "localhost.", "LOCALHOST", "host.docker.internal"])(
  "%s is refused without a look-up",
  async (host) => {
    const resolve = async () => [{ address: "8.8.8.8", family: 4 }];
    await expect(requirePublicAddress(`http://${host}:80`, resolve)).rejects.toThrow("Local IPs not allowed");
  },
);

test("user info is refused first", async () => {
  await expect(requirePublicAddress("http://user:word@localhost")).rejects.toThrow("user credentials");
});
