import { notesWith } from "../ordinary/definition.ts";

/** The OWASP Core Rule Set as Debian installs it. */
export default notesWith({ rules: "file:///usr/share/modsecurity-crs/rules", setup: "file:///etc/modsecurity/crs/crs-setup.conf" });
