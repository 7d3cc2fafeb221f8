/*
 * handlers — the calls that virtqemud answers itself, each listed once: prototypes here and the
 * rows of the table in main.c follow. What a handler gets is the spec's; see common/rpc/call.h for
 * what it may do.
 */
#pragma once

#include "common/rpc/call.h"
#include "common/spec/qemu.h"
#include "common/spec/remote.h"

/* clang-format off */
/* X(name of the procedure), by the file in this folder that has handle_NAME */
#define VIRTQEMUD_CALLS(X) \
    /* capabilities.c */ \
    X(connect_get_capabilities) \
    X(connect_get_domain_capabilities) \
    X(connect_get_version) \
    X(connect_get_max_vcpus) \
    X(connect_get_cpu_model_names) \
    /* cpu_compare.c */ \
    X(connect_compare_cpu) \
    X(connect_baseline_cpu) \
    X(connect_compare_hypervisor_cpu) \
    X(connect_baseline_hypervisor_cpu) \
    /* list.c */ \
    X(connect_num_of_domains) \
    X(connect_num_of_defined_domains) \
    X(connect_list_domains) \
    X(connect_list_defined_domains) \
    X(connect_list_all_domains) \
    X(domain_lookup_by_id) \
    X(domain_lookup_by_name) \
    X(domain_lookup_by_uuid) \
    /* info.c */ \
    X(domain_get_info) \
    X(domain_get_state) \
    X(domain_get_control_info) \
    X(domain_get_max_memory) \
    X(domain_get_os_type) \
    X(domain_is_active) \
    X(domain_is_persistent) \
    X(domain_is_updated) \
    X(domain_get_xml_desc) \
    X(domain_get_messages) \
    X(domain_has_managed_save_image) \
    /* jobinfo.c */ \
    X(domain_get_job_info) \
    X(domain_get_job_stats) \
    X(domain_abort_job) \
    X(domain_abort_job_flags) \
    /* labels.c */ \
    X(domain_get_security_label) \
    X(domain_get_security_label_list) \
    /* vcpus.c */ \
    X(domain_get_max_vcpus) \
    X(domain_get_vcpus_flags) \
    X(domain_get_vcpus) \
    X(domain_get_vcpu_pin_info) \
    X(domain_get_emulator_pin_info) \
    X(domain_get_iothread_info) \
    /* blockpeek.c */ \
    X(domain_block_peek) \
    /* blockstats.c */ \
    X(domain_block_stats) \
    X(domain_block_stats_flags) \
    X(domain_get_block_info) \
    X(domain_get_disk_errors) \
    /* domstats.c */ \
    X(connect_get_all_domain_stats) \
    /* interfaces.c */ \
    X(domain_interface_stats) \
    X(domain_interface_addresses) \
    /* memorystats.c */ \
    X(domain_memory_stats) \
    /* memoryperiod.c */ \
    X(domain_set_memory_stats_period) \
    /* define.c */ \
    X(domain_define_xml) \
    X(domain_define_xml_flags) \
    X(domain_undefine) \
    X(domain_undefine_flags) \
    /* rename.c */ \
    X(domain_rename) \
    X(domain_get_autostart) \
    X(domain_set_autostart) \
    /* metadata.c */ \
    X(domain_get_metadata) \
    X(domain_set_metadata) \
    /* memory.c */ \
    X(domain_set_memory) \
    X(domain_set_memory_flags) \
    X(domain_set_max_memory) \
    /* vcpu_count.c */ \
    X(domain_set_vcpus) \
    X(domain_set_vcpus_flags) \
    /* vcpu_single.c */ \
    X(domain_set_vcpu) \
    /* lifecycle_action.c */ \
    X(domain_set_lifecycle_action) \
    /* console.c */ \
    X(domain_open_console) \
    X(domain_open_channel) \
    /* screenshot.c */ \
    X(domain_screenshot) \
    /* input.c */ \
    X(domain_send_key) \
    X(domain_inject_nmi) \
    /* graphics.c */ \
    X(domain_open_graphics) \
    X(domain_open_graphics_fd) \
    /* agent.c */ \
    X(domain_pm_suspend_for_duration) \
    X(domain_pm_wakeup) \
    /* lifecycle.c */ \
    X(domain_create) \
    X(domain_create_with_flags) \
    X(domain_create_with_files) \
    X(domain_create_xml) \
    X(domain_create_xml_with_files) \
    X(domain_shutdown) \
    X(domain_shutdown_flags) \
    X(domain_reboot) \
    X(domain_reset) \
    X(domain_suspend) \
    X(domain_resume) \
    X(domain_destroy) \
    X(domain_destroy_flags) \
    /* fd_associate.c */ \
    X(domain_fd_associate) \
    /* cpustats.c */ \
    X(domain_get_cpu_stats) \
    /* scheduler.c */ \
    X(domain_get_scheduler_type) \
    X(domain_get_scheduler_parameters) \
    X(domain_get_scheduler_parameters_flags) \
    /* limits.c */ \
    X(domain_get_memory_parameters) \
    X(domain_get_blkio_parameters) \
    /* tuning.c */ \
    X(domain_get_block_io_tune) \
    X(domain_get_interface_parameters) \
    X(domain_get_numa_parameters) \
    /* saved.c */ \
    X(domain_managed_save_remove) \
    /* host.c */ \
    X(connect_get_hostname) \
    /* nodeinfo.c */ \
    X(node_get_info) \
    X(node_get_cpu_map) \
    X(node_get_security_model) \
    X(node_suspend_for_duration) \
    /* nodestats.c */ \
    X(node_get_cpu_stats) \
    X(node_get_memory_stats) \
    /* nodememory.c */ \
    X(node_get_free_memory) \
    X(node_get_cells_free_memory) \
    X(node_get_free_pages) \
    X(node_alloc_pages) \
    /* nodeksm.c */ \
    X(node_get_memory_parameters) \
    X(node_set_memory_parameters) \
    /* sysinfo.c */ \
    X(connect_get_sysinfo)
/* clang-format on */

#define X(name) remote_fn_##name handle_##name;
VIRTQEMUD_CALLS(X)
#undef X

/* What clients lent, as it is left to the program that follows. */
extern const RpcLeaverKind fd_associate_leaver;

/* The same for libvirt-qemu's program. */
/* clang-format off */
#define VIRTQEMUD_QEMU_CALLS(X) \
    /* monitor_command.c */ \
    X(domain_monitor_command) \
    X(domain_monitor_command_with_files) \
    /* agent.c */ \
    X(domain_agent_command)
/* clang-format on */

#define X(name) qemu_fn_##name handle_qemu_##name;
VIRTQEMUD_QEMU_CALLS(X)
#undef X
