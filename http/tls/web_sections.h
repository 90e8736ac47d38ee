/* SPDX-License-Identifier: MIT */
/* web_sections.h: the sections of a web configuration that have a file of their own. */
#ifndef QP_WEB_SECTIONS_H
#define QP_WEB_SECTIONS_H

#include "web_yaml.h"

/* tls_server_config, into the configuration that yaml->out is. */
qp_yaml_reader qp_web_read_tls;

#endif
